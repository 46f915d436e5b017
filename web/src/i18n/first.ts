/** The words of the frame, the lists and the sidebar; all others come with the first part that comes later. */
export const FIRST = [
  "fields",
  "list",
  "notifications",
  "palette",
  "record",
  "shell",
  "shortcuts",
  "side",
  "ui",
];

/** Colours and sizes, once: antd takes them as tokens, our own styles as CSS variables. */
export type Scheme = "light" | "dark";
export type Density = "compact" | "comfortable";

export const ROW_HEIGHT: Record<Density, number> = { compact: 36, comfortable: 44 };

const light = {
  bg: "#ffffff",
  side: "#f7f8fa",
  raised: "#ffffff",
  hover: "#f3f4f7",
  chosen: "#e9edff",
  line: "#eaecf0",
  edge: "#d6dae1",
  text: "#1f2329",
  muted: "#5f6670",
  accent: "#3555f5",
  /** The accent under a pointer. */
  lit: "#617af7",
  "on-accent": "#ffffff",
  danger: "#cf2f27",
  warning: "#9a5b00",
  good: "#177a43",
  "danger-soft": "#fdecea",
  "warning-soft": "#fff4dd",
  /** What lies behind a dialog. */
  veil: "rgb(22 26 35 / 28%)",
  /** Of what floats above the page; nothing at rest throws one. */
  shade: "0 8px 28px rgb(22 26 35 / 12%), 0 1px 3px rgb(22 26 35 / 8%)",
};

const dark: typeof light = {
  bg: "#151618",
  side: "#1b1c1f",
  raised: "#202226",
  hover: "#25272b",
  chosen: "#262d4d",
  line: "#2a2c31",
  edge: "#3c4047",
  text: "#e4e6ea",
  muted: "#9ea4ad",
  accent: "#8098ff",
  lit: "#9cafff",
  "on-accent": "#0f1226",
  danger: "#ff8078",
  warning: "#f0b357",
  good: "#5fc98a",
  "danger-soft": "#3b2120",
  "warning-soft": "#3a2d17",
  veil: "rgb(0 0 0 / 50%)",
  shade: "0 8px 28px rgb(0 0 0 / 45%), 0 0 0 1px #2f3238",
};

export const COLOURS = { light, dark };

/** Colours of options: state, never decoration. Names are the catalogue's. */
export const OPTION_COLOURS: Record<string, string> = {
  grey: "#8f959e",
  blue: "#2f7df6",
  geekblue: "#4263eb",
  cyan: "#14b8c4",
  green: "#2fae60",
  lime: "#8bbf1f",
  gold: "#e0a100",
  orange: "#f08a24",
  volcano: "#ee6133",
  red: "#e5484d",
  magenta: "#d6409f",
  purple: "#8e4ec6",
};

/** System fonts only: nothing is fetched, Chinese comes from the machine. */
export const FONT =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

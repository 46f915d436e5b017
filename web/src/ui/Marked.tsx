/** A text with the parts that were found marked. */
interface Props {
  text: string;
  /** Begin and end of each part, in order. */
  parts: [number, number][];
}

export function Marked({ text, parts }: Props) {
  const shown = parts.map(([start, end], index) => (
    <span key={start}>
      {text.slice(parts[index - 1]?.[1] ?? 0, start)}
      <mark>{text.slice(start, end)}</mark>
    </span>
  ));
  return (
    <span className="ell">
      {shown}
      {text.slice(parts.at(-1)?.[1] ?? 0)}
    </span>
  );
}

/** A person as a round initial, and as a name with it. The tint follows the name, faintly. */
import css from "./Avatar.module.css";

const TINTS = ["#5b6bd6", "#2b7fb8", "#2f8f6b", "#8a6a1f", "#a4552f", "#a1467f", "#7a52b3"];

export function Avatar({ name, size = 20 }: { name: string; size?: number }) {
  const background = TINTS[sum(name) % TINTS.length];
  const style = { background, width: size, height: size, fontSize: size * 0.5 };
  return (
    // Drawn, not written: for who listens, and who compares names, the name beside it is enough.
    <span className={css.avatar} style={style} data-initial={initial(name)} aria-hidden />
  );
}

export function PersonName({ name }: { name: string }) {
  return (
    <span className={css.person}>
      <Avatar name={name} size={18} />
      <span className="ell">{name}</span>
    </span>
  );
}

/** A Chinese name is known by its surname, others by their first letter. */
function initial(name: string): string {
  return (Array.from(name.trim())[0] ?? "?").toUpperCase();
}

function sum(text: string): number {
  return Array.from(text).reduce((total, sign) => total + (sign.codePointAt(0) ?? 0), 0);
}

/** Grey bars in the shape of what is coming; nothing moves when it arrives. */
import css from "./Skeleton.module.css";

export function Bar({ width = "100%", height = 10 }: { width?: number | string; height?: number }) {
  return <span className={css.bar} style={{ width, height }} aria-hidden />;
}

/** A page whose code is still on its way. */
export function PageSkeleton() {
  return (
    <div className={css.page} aria-busy="true">
      <Bar width={160} height={18} />
      {Array.from({ length: 12 }, (_, index) => (
        <Bar key={index} width={`${92 - ((index * 17) % 40)}%`} />
      ))}
    </div>
  );
}

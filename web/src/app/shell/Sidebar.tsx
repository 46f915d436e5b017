/** The left side on a wide screen: which workspace, and where to go. */
import { Navigation } from "./Navigation";
import css from "./Shell.module.css";
import { WorkspaceMenu } from "./WorkspaceMenu";

export function Sidebar() {
  return (
    <aside className={css.side}>
      <WorkspaceMenu />
      <Navigation />
    </aside>
  );
}

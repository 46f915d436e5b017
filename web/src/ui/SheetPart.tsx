/** The panel from an edge of the screen, once it has been opened. */
export { Drawer as default } from "antd";

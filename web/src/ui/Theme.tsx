/** The look of antd's parts: its tokens and our CSS variables come from one table. */
import { ConfigProvider, theme as antd, type MappingAlgorithm } from "antd";
import AppContext from "antd/es/app/context";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { createContext, use, type ReactNode } from "react";

import { useLanguage } from "@/i18n/useLabel";

import "./dialogFocus";
import { useScheme } from "./preferences";
import { told, type Voice } from "./told";
import { COLOURS, FONT, type Scheme } from "./tokens";
import { useNarrow } from "./useMedia";

const Inside = createContext(false);
// What opens and closes again may tell, too: the words outlive it.
const VOICE = told as unknown as Voice;
const BUTTON = { autoInsertSpace: false };

/** Around whatever is made of antd; within another one it is nothing. */
export function Theme({ children }: { children: ReactNode }) {
  return use(Inside) ? children : <Outermost>{children}</Outermost>;
}

function Outermost({ children }: { children: ReactNode }) {
  const scheme = useScheme();
  const narrow = useNarrow();
  const language = useLanguage();
  return (
    <Inside value={true}>
      <ConfigProvider
        theme={tokens(scheme, narrow)}
        locale={language === "en" ? enUS : zhCN}
        button={BUTTON}
      >
        <AppContext value={VOICE}>{children}</AppContext>
      </ConfigProvider>
    </Inside>
  );
}

/** antd dulls each colour for the dark; ours were chosen for it already. */
const ours: MappingAlgorithm = (seed, dulled) => ({
  ...(dulled ?? antd.darkAlgorithm(seed)),
  colorPrimary: seed.colorPrimary,
  colorPrimaryHover: COLOURS.dark.lit,
  colorPrimaryActive: seed.colorPrimary,
  colorInfo: seed.colorInfo,
  colorError: seed.colorError,
  colorErrorActive: seed.colorError,
  colorLink: seed.colorLink,
});
const NIGHT = [antd.darkAlgorithm, ours];

function tokens(scheme: Scheme, narrow: boolean) {
  const colour = COLOURS[scheme];
  return {
    // One set of variables, however many parts stand on the page.
    cssVar: { key: "look" },
    algorithm: scheme === "dark" ? NIGHT : antd.defaultAlgorithm,
    token: {
      colorPrimary: colour.accent,
      colorInfo: colour.accent,
      colorLink: colour.accent,
      colorError: colour.danger,
      colorText: colour.text,
      colorTextSecondary: colour.muted,
      colorTextTertiary: colour.muted,
      colorTextPlaceholder: colour.muted,
      colorTextDescription: colour.muted,
      colorBgContainer: colour.bg,
      colorBgElevated: colour.raised,
      colorBgLayout: colour.bg,
      colorBorder: colour.edge,
      colorBorderSecondary: colour.line,
      colorTextLightSolid: colour["on-accent"],
      colorBgMask: colour.veil,
      colorFillTertiary: colour.hover,
      colorFillQuaternary: colour.side,
      boxShadow: colour.shade,
      boxShadowSecondary: colour.shade,
      fontFamily: FONT,
      fontSize: 13,
      borderRadius: 6,
      // A finger is broader than a pointer.
      controlHeight: narrow ? 40 : 32,
      controlHeightSM: narrow ? 36 : 24,
      wireframe: false,
      // What is asked for is there at once; a change of theme never leaves half a menu behind.
      motion: false,
    },
    components: {
      Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
      Tooltip: { colorBgSpotlight: "#2b2e34", colorTextLightSolid: "#ffffff" },
      // As the page: what sticks to its foot has the page's ground.
      Drawer: { paddingLG: 20, colorBgElevated: colour.bg },
      Modal: { titleFontSize: 15 },
      Segmented: {
        trackBg: colour.hover,
        itemColor: colour.muted,
        itemHoverBg: "transparent",
        itemSelectedBg: scheme === "dark" ? colour.edge : colour.bg,
        // The chosen part has an edge, not a shadow.
        boxShadowTertiary: `0 0 0 1px ${colour.edge}`,
      },
    },
  };
}

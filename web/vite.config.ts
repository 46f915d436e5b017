/** How the web app is built: hashed files, each text file packed twice for the server to send. */
import react from "@vitejs/plugin-react";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";

import { named, parts, words } from "./parts.ts";

// The sidebar of a chat is a page of its own: it must not wait for the whole app.
const PAGES = { "index.html": "src/app/begin.tsx", "side.html": "src/app/side/begin.tsx" };
const PACKED = /\.(js|css|html|svg|json|webmanifest)$/;
const MIN_BYTES = 1024;

function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    writeBundle({ dir = "dist" }) {
      const files = readdirSync(dir, { recursive: true, withFileTypes: true });
      for (const file of files.filter((each) => each.isFile() && PACKED.test(each.name))) {
        const path = join(file.parentPath, file.name);
        const bytes = readFileSync(path);
        if (bytes.length < MIN_BYTES) continue;
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: quality }));
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

/** The calendar's icons are a font inside its code; the server's policy refuses it, aloud. */
function withoutIconFont(): Plugin {
  return {
    name: "without-icon-font",
    transform: (code, id) =>
      id.includes("@fullcalendar/core") && code.includes("@font-face")
        ? { code: code.replace(/@font-face\{[^}]*\}/g, ""), map: null }
        : undefined,
  };
}

/**
 * Installable, and there without a network: the page and the code visited so far. Records are not
 * kept here: what a phone may hold of them belongs to its reader and goes when they sign out.
 */
const installable = VitePWA({
  // src/app/updates.ts registers it: a newer build waits until the person takes it over.
  registerType: "prompt",
  injectRegister: false,
  includeAssets: ["icon.svg"],
  manifest: {
    id: "/",
    name: "畅流",
    short_name: "畅流",
    description: "从线索到回款，一条不断的河。",
    lang: "zh-CN",
    start_url: "/",
    display: "standalone",
    theme_color: "#ffffff",
    background_color: "#ffffff",
    icons: [
      { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
      { src: "/icon-512.png", sizes: "512x512", type: "image/png" },
      { src: "/icon-maskable.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
    ],
  },
  workbox: {
    // What everybody needs is kept at once, in both languages; the rest when it is first used:
    // designers' code is not fetched by reps.
    globPatterns: [
      "index.html",
      "assets/{main,rolldown-runtime,react,shared,app,list,opened,zh-CN,en}-*.{js,css}",
    ],
    importScripts: ["routes.js"],
    navigateFallback: "/index.html",
    navigateFallbackDenylist: [/^\/api\//, /^\/side(\/|$)/],
    runtimeCaching: [
      {
        urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/assets/"),
        handler: "CacheFirst",
        options: { cacheName: "code", expiration: { maxEntries: 300, purgeOnQuotaError: true } },
      },
    ],
  },
});

export default defineConfig({
  plugins: [react(), withoutIconFont(), named(PAGES), installable, packed()],
  resolve: { alias: { "@": join(import.meta.dirname, "src") } },
  server: { port: 5173, proxy: { "/api": "http://localhost:8000" } },
  build: {
    // Old embedded browsers of chat clients still run it.
    target: "es2020",
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: Object.keys(PAGES).map((name) => join(import.meta.dirname, name)),
      output: {
        entryFileNames: "assets/main-[hash].js",
        codeSplitting: {
          groups: [
            { name: "main", tags: ["$initial"] },
            { name: "react", test: /node_modules\/(react|react-dom|react-router|scheduler)\// },
            ...words("zh-CN"),
            ...words("en"),
            ...parts(),
            // Else each would be a file of its own.
            { name: "icons", test: /node_modules\/lucide-react\// },
          ],
        },
      },
    },
  },
  test: { include: ["src/**/*.test.ts", "checks/**/*.test.ts"] },
});

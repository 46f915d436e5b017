/** How the web app is built: hashed files, each text file packed twice for the server to send. */
import react from "@vitejs/plugin-react";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

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

export default defineConfig({
  plugins: [react(), packed()],
  resolve: { alias: { "@": join(import.meta.dirname, "src") } },
  server: { port: 5173, proxy: { "/api": "http://localhost:8000" } },
  build: {
    // Old embedded browsers of chat clients still run it.
    target: "es2020",
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|react-router|scheduler)\// },
            { name: "zh-CN", test: /src\/i18n\/zh-CN\// },
            { name: "en", test: /src\/i18n\/en\// },
          ],
        },
      },
    },
  },
  test: { include: ["src/**/*.test.ts", "checks/**/*.test.ts"] },
});

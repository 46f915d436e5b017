/** Lint of the web app; what may import what is a test (checks/layers.test.ts). */
import hooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import typescript from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist*/", "node_modules/", "src/api/schema.d.ts"] },
  ...typescript.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      // The virtualizer's functions change with its state; the compiler rule wants them not to.
      "react-hooks/incompatible-library": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      complexity: ["error", 14],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-lines": ["error", { max: 250 }],
      "max-lines-per-function": ["error", { max: 90 }],
      "no-console": "error",
      "no-restricted-globals": ["error", "fetch", "localStorage"],
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "^(\\.\\./){2,}", message: "Import from @/… instead." }] },
      ],
    },
  },
  {
    files: ["src/api/**", "src/lib/stored.ts"],
    rules: { "no-restricted-globals": "off" },
  },
);

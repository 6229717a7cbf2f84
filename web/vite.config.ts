import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { precompress } from "./build/precompress.ts";
import { preloadFonts } from "./build/preload-fonts.ts";
import { quietDirectives } from "./build/quiet-directives.ts";

const backend = process.env.MARQUEE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    preloadFonts(/(figtree|bricolage)[^/]*\.woff2$/),
    quietDirectives(),
    precompress(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    port: 5173,
    proxy: {
      "/graphql": { target: backend, ws: true },
      "/config.json": { target: backend },
      "/sandbox": { target: backend },
      "/payments/return": { target: backend },
    },
  },
  build: {
    target: "es2022",
    sourcemap: false,
    // The explorer's editor is large and sits in chunks of its own.
    chunkSizeWarningLimit: 4000,
  },
  test: { environment: "node", include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});

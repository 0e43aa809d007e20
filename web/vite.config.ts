import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { fixtureApi } from "./dev/plugin.ts";

const server = process.env.GILJABI_SERVER ?? "http://127.0.0.1:8400";

export default defineConfig(({ mode }) => ({
  plugins: [
    svelte(),
    paraglideVitePlugin({
      project: "./project.inlang",
      outdir: "./src/paraglide",
      strategy: ["globalVariable", "baseLocale"],
      outputStructure: "locale-modules",
      emitReadme: false,
    }),
    ...(mode === "fixtures" ? [fixtureApi()] : []),
  ],
  build: {
    outDir: "../src/giljabi/server/pages",
    emptyOutDir: true,
    target: "es2023",
    // The pages run under `default-src 'self'`: no data: address may stand in for a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  worker: { format: "es" as const },
  server: { proxy: mode === "fixtures" ? undefined : { "/api": server } },
}));

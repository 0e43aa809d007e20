import { defineConfig } from "vite";

// One classic script under a name that never changes: other people's pages hold its address.
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    target: "es2020",
    emptyOutDir: false,
    copyPublicDir: false,
    lib: { entry: "src/giljabi.ts", formats: ["iife"], name: "giljabiTracker", fileName: () => "giljabi.js" },
  },
});

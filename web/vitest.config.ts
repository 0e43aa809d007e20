import { defineConfig } from "vitest/config";

// The tests hold pure logic only; they need neither the Svelte compiler nor a browser.
export default defineConfig({ test: { include: ["{tests,src}/**/*.test.ts"], environment: "node" } });

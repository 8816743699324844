import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// The pages of a running center while one works on them: AGORA_CENTER=http://127.0.0.1:8080 npm run dev
const center = process.env.AGORA_CENTER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: "es2023",
    assetsInlineLimit: 0, // the policy of the pages allows no data: scripts, styles or fonts
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
  server: {
    proxy: { "/api": { target: center, changeOrigin: true, headers: { Origin: center } } },
    fs: { allow: [".."] },
  },
});

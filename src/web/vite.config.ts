import { defineConfig } from "vite";

// Two builds into the server's wwwroot: the embed is one file, which a host page loads with nothing before it but itself;
// desk and insights share their parts. What has a hash in its name is kept by browsers for good.
export default defineConfig(({ mode }) => {
  const isEmbed = mode === "embed";
  return {
    root: import.meta.dirname,
    // pages and chunks find each other wherever the server is mounted
    base: "./",
    publicDir: false,
    build: {
      outDir: "../ThreadStore/wwwroot",
      // the embed is built first
      emptyOutDir: isEmbed,
      target: "es2022",
      modulePreload: false,
      // nothing inline: the pages' Content-Security-Policy allows none
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: {
        input: isEmbed ? { embed: "embed/index.ts" } : { desk: "desk.html", insights: "insights.html" },
        output: {
          // a name that every page of a newspaper has in its template
          entryFileNames: isEmbed ? "[name].js" : "assets/[name]-[hash].js",
          chunkFileNames: "assets/[name]-[hash].js",
          assetFileNames: "assets/[name]-[hash][extname]",
        },
      },
    },
  };
});

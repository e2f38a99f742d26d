import { readdirSync, readFileSync } from "node:fs";
import { defineConfig, transformWithOxc, type Plugin } from "vite";
import type { Words } from "./embed/words/words.js";

/** What the server itself says where there is no script, see src/ThreadStore/Face/PageWords.cs. */
const SAID_BY_SERVER = ["comments", "moreComments", "moreReplies", "byAuthor", "byModerator", "byRule"] as const;

/** The server's words are the embed's: words.json has them by language. */
function serverWords(): Plugin {
  const folder = `${import.meta.dirname}/embed/words`;
  return {
    name: "server-words",
    async generateBundle() {
      const languages = readdirSync(folder)
        .filter((file) => /^[a-z]{2}\.ts$/.test(file))
        .sort();
      const all: Record<string, Partial<Words>> = {};
      for (const file of languages) {
        const { code } = await transformWithOxc(readFileSync(`${folder}/${file}`, "utf8"), file);
        const { words } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { words: Words };
        all[file.slice(0, 2)] = Object.fromEntries(SAID_BY_SERVER.map((key) => [key, words[key]]));
      }
      this.emitFile({ type: "asset", fileName: "words.json", source: `${JSON.stringify(all, null, 1)}\n` });
    },
  };
}

// Two builds into the server's wwwroot: the embed is one file, which a host page loads with nothing before it but itself;
// desk and insights share their parts. What has a hash in its name is kept by browsers for good.
export default defineConfig(({ mode }) => {
  const isEmbed = mode === "embed";
  return {
    root: import.meta.dirname,
    // pages and chunks find each other wherever the server is mounted
    base: "./",
    publicDir: false,
    plugins: isEmbed ? [serverWords()] : [],
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

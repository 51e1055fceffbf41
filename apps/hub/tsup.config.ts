import { defineConfig } from 'tsup'

// Bundles the hub and most dependencies into a few files, because a start spends most of its time on
// finding and reading hundreds of files. The bundle is made from the sources of all packages, so that no
// package has to be built first.
export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node22',
  minify: true,
  clean: true,
  // The prefix `node:` must stay, because `node:sqlite` cannot be imported without it.
  removeNodeProtocol: false,
  esbuildOptions: (options) => {
    options.conditions = ['@mcp/source']
  },
  noExternal: [/^(?!mathjs|pino|undici|libpg-query)/],
  // `libpg-query` loads a WebAssembly file from the folder of its own code.
  external: ['libpg-query'],
  banner: {
    js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);",
  },
})

import { defineConfig } from 'tsup'

// Few files with everything in them: finding and reading hundreds takes most of a start. From the
// sources, so that nothing needs building before.
export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node22',
  minify: true,
  clean: true,
  // `node:sqlite` has no other name.
  removeNodeProtocol: false,
  esbuildOptions: (options) => {
    options.conditions = ['@mcp/source']
  },
  noExternal: [/^(?!mathjs|pino|undici|libpg-query)/],
  // It finds its WebAssembly beside its own code.
  external: ['libpg-query'],
  banner: {
    js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);",
  },
})

// Separate from the main entry point, which a program without an agent does not have to load.
export { traceProvider } from './providers/trace-provider.ts'

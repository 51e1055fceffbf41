import type { Stage } from './stage.ts'

/** Returns the stage that calls `onRouted` with the name of the server, before the first attempt. */
export function reportServer(onError: (error: unknown) => void): Stage {
  return (next) => (request, context, call, destination) => {
    if (context.onRouted !== undefined && destination.server !== undefined) {
      try {
        context.onRouted(destination.server.name)
      } catch (error) {
        onError(error)
      }
    }
    return next(request, context, call, destination)
  }
}

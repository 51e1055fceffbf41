import { Server } from 'node:net'

/** Preloaded into servers that listen on all addresses: they listen on the loopback address instead. */
const listen = Server.prototype.listen

Server.prototype.listen = function listenOnLoopback(this: Server, ...args: unknown[]): Server {
  const [port, ...rest] = args
  const isOnlyPort = typeof port === 'number' || typeof port === 'string'
  const params = isOnlyPort && typeof rest[0] !== 'string' ? [port, '127.0.0.1', ...rest] : args
  return Reflect.apply(listen, this, params)
}

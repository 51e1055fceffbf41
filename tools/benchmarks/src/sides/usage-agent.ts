import { respondToOrders } from './serve-side.ts'

// Preloaded into an app that is measured as its npm script starts it.
respondToOrders()

const listeners = new WeakMap<Element, () => void>()

let observer: IntersectionObserver | undefined

// One observer for all elements, because the browser evaluates each observer in every frame.
const sharedObserver = (): IntersectionObserver =>
  (observer ??= new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue
        sharedObserver().unobserve(target)
        listeners.get(target)?.()
      }
    },
    { rootMargin: '600px' },
  ))

/** Calls a listener once an element is close to the visible area. Returns the function that stops it. */
export function onceVisible(element: Element, listener: () => void): () => void {
  listeners.set(element, listener)
  sharedObserver().observe(element)
  return () => {
    listeners.delete(element)
    sharedObserver().unobserve(element)
  }
}

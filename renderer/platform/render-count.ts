/**
 * With `?renders=1` React's commits are counted on `window.__wiregradRenders`, in production builds too: React tells a
 * developer tool's hook of each one if the hook is there before React is. Tests hold with it that a tick renders
 * nothing. Import it before React.
 */
declare global {
  interface Window {
    __wiregradRenders?: number
    __REACT_DEVTOOLS_GLOBAL_HOOK__?: unknown
  }
}

if (new URLSearchParams(window.location.search).get('renders') === '1') {
  window.__wiregradRenders = 0
  window.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    renderers: new Map(),
    inject: () => 1,
    onCommitFiberRoot() {
      window.__wiregradRenders = (window.__wiregradRenders ?? 0) + 1
    },
    onCommitFiberUnmount() {},
    onPostCommitFiberRoot() {},
  }
}

export {}

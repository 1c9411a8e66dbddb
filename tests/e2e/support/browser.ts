/**
 * How the browser of the tests is started: new headless mode (the only one with WebGPU), the software adapter allowed,
 * and nothing of its own on the network.
 */
export const browserArguments: string[] = [
  '--headless=new',
  '--enable-unsafe-webgpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-pings',
]

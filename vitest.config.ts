/**
 * How the tests in Node are found and run. tfjs is left to Node's own loader, which takes the CommonJS bundle of each
 * of its packages, all from one instance and in half a second; inlining it would mix in the ES modules and give two
 * (tests/tools/tfjs-instance.test.ts holds this).
 */
import { defineConfig } from 'vitest/config'

/** Looks at tfjs's kernels as they come, before anything of ours has repaired them. */
const untouched = 'tests/engine/backend/wasm-repairs.test.ts'

export default defineConfig({
  define: { 'process.env.NODE_ENV': '"test"' },
  test: {
    environment: 'node',
    // Test files run beside each other already; those about threads start some themselves.
    env: { WIREGRAD_THREADS: '1' },
    maxWorkers: 2,
    testTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/**/*.test.{ts,tsx}'],
          exclude: ['tests/{e2e,electron,bench,tools,parity/browser}/**', 'tests/**/examples/**', untouched],
          // Loading tfjs and the catalogue anew for each file would be a quarter of the time.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'untouched', include: [untouched] } },
      {
        extends: true,
        test: {
          name: 'examples',
          include: ['tests/examples/**/*.test.ts', 'tests/engine/examples/**/*.test.ts'],
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: { name: 'tools', include: ['tests/tools/**/*.test.ts'], testTimeout: 120_000 },
      },
    ],
  },
})

/**
 * Who may import whom: the table of ARCHITECTURE.md, one row each. A row lists everything that its folder may
 * import; whatever is not listed is refused. Type-only imports count like any other, except where a row says so.
 * app/start/imports.mjs runs these rules, then once more without types to see that nothing pulls tfjs into the window.
 */
const TFJS = '^node_modules/@tensorflow/'
const REACT = [
  '^node_modules/(@types/)?react(-dom)?/',
  '^node_modules/lucide-react/',
  '^node_modules/zustand/',
]
const PURE = ['^engine/(graph|analyse|formats|export|import|session|diagnose|explain|random)/']
const NODES = ['^nodes/']
const WORDS = ['^renderer/(ui/)?strings\\.ts$']

const packages = (...names) => names.map((name) => `^node_modules/(@types/)?${name}/`)

/** Row: name, folder, what it may import besides itself. */
const table = [
  ['nodes-kit', '^nodes/kit/', [...packages('zod', 'jsep'), TFJS]],
  ['engine-random', '^engine/random/', ['^nodes/kit/']],
  [
    'engine-graph',
    '^engine/graph/',
    ['^nodes/kit/', '^engine/random/', ...packages('zod', 'immer', 'fractional-indexing')],
  ],
  [
    'engine-analyse',
    '^engine/analyse/',
    ['^nodes/kit/', '^engine/(graph|random)/', ...packages('zod', 'immer')],
  ],
  [
    'engine-export',
    '^engine/export/',
    ['^nodes/kit/', '^engine/(graph|analyse|random|formats)/', ...packages('zod', 'pbf', 'h5wasm', 'fflate')],
  ],
  [
    'engine-import',
    '^engine/import/',
    [
      '^nodes/kit/',
      '^engine/(graph|analyse|random|formats|export)/',
      ...packages('zod', 'pbf', 'h5wasm', 'fflate'),
    ],
  ],
  [
    'engine-formats',
    '^engine/formats/',
    ['^nodes/kit/', ...packages('zod', 'pbf', 'h5wasm', 'fflate', 'papaparse')],
  ],
  ['engine-session', '^engine/session/', ['^nodes/kit/', '^engine/(graph|analyse|diagnose)/']],
  [
    'engine-diagnose',
    '^engine/diagnose/',
    ['^nodes/kit/', '^engine/(graph|analyse|session)/', ...packages('immer')],
  ],
  ['engine-explain', '^engine/explain/', ['^nodes/kit/', '^engine/(graph|analyse|session)/']],
  [
    'engine-below-the-line',
    '^engine/(backend|layers|compile|data|train|probe|evaluate|trace)/',
    [
      '^nodes/kit/',
      ...PURE,
      '^engine/(backend|layers|compile|data|train|probe|evaluate|trace)/',
      TFJS,
      ...packages('zod', '@webgpu/types'),
    ],
  ],
  ['engine-worker', '^engine/worker/', ['^nodes/', '^engine/', TFJS, ...packages('zod')]],
  [
    'renderer-state',
    '^renderer/state/',
    [...NODES, ...PURE, ...WORDS, ...packages('zod', 'immer', 'zustand')],
  ],
  [
    'renderer-platform',
    '^renderer/platform/',
    [
      '^renderer/state/',
      '^app/shared/',
      '^engine/session/',
      '^engine/worker/entry\\.ts$',
      ...packages('zod', '@dagrejs'),
    ],
  ],
  [
    'renderer-ui',
    '^renderer/ui/',
    [...WORDS, '^renderer/state/', ...PURE, ...NODES, ...REACT, ...packages('uplot')],
  ],
  [
    'renderer-canvas',
    '^renderer/canvas/',
    ['^renderer/(state|ui)/', ...WORDS, ...PURE, ...NODES, ...REACT, ...packages('@xyflow')],
  ],
  [
    'renderer-panel',
    '^renderer/(overlay|palette|outline|inspector|run|data|diagnose|evaluate|code|problems|help|commands|start|stepwise|rate-test)/',
    ['^renderer/(state|ui)/', ...WORDS, ...PURE, ...NODES, ...REACT, ...packages('uplot', 'immer')],
  ],
  [
    // Draws the graph from the canvas's own models and paths, and the curves from the charts' own numbers.
    'renderer-picture',
    '^renderer/picture/',
    [
      '^renderer/canvas/(card-model|flow-elements|geometry|label-places|reach)\\.ts$',
      '^renderer/run/(pull|series)\\.ts$',
      '^renderer/(state|ui)/',
      ...WORDS,
      ...PURE,
      ...NODES,
    ],
  ],
  ['renderer-root', '^renderer/([^/]+$|shell/)', ['^renderer/', '^app/shared/', ...PURE, ...NODES, ...REACT]],
  ['app-shared', '^app/shared/', [...packages('zod')]],
  ['app-files', '^app/files/', ['^app/shared/', '^engine/graph/', ...packages('zod', 'node')]],
  ['app-serve', '^app/serve/', ['^app/(shared|files)/', '^engine/', '^nodes/', ...packages('zod', 'node')]],
  [
    'app-cli',
    '^app/cli/',
    [
      '^app/(shared|files)/',
      '^app/start/[a-z]+\\.mjs$',
      '^engine/',
      '^nodes/',
      TFJS,
      ...packages('zod', 'node'),
    ],
  ],
  [
    'app-main',
    '^app/main/',
    [
      '^app/(shared|files)/',
      '^app/serve/(assets|headers)\\.ts$',
      '^app/start/places\\.mjs$',
      ...packages('zod', 'node', 'electron'),
    ],
  ],
  ['app-preload', '^app/preload/', ['^app/shared/channels\\.ts$', ...packages('electron')]],
  [
    'app-start',
    '^app/start/',
    ['^app/cli/wiregrad\\.mjs$', ...packages('vite', '@vitejs', 'dependency-cruiser', 'node')],
  ],
]

/** Where Node's own modules may be imported. */
const mayUseNode = '^(app|tests)/|^[^/]+$'

module.exports = {
  forbidden: [
    ...table.map(([name, from, to]) => ({
      name,
      severity: 'error',
      comment: 'The import table of ARCHITECTURE.md has no row for this.',
      from: { path: from },
      to: { pathNot: [from, ...to], dependencyTypesNot: ['core', 'unknown'] },
    })),
    {
      name: 'nodes-one-file-each',
      severity: 'error',
      comment: 'A node type is one file: it knows nodes/kit and no other node.',
      from: { path: '^nodes/(?!kit/)[^/]+/' },
      to: { pathNot: ['^nodes/kit/', TFJS] },
    },
    {
      name: 'nodes-catalogue',
      severity: 'error',
      comment: 'The catalogue lists the nodes and knows nothing else.',
      from: { path: '^nodes/[^/]+$' },
      to: { pathNot: '^nodes/' },
    },
    {
      name: 'nodes-load-without-tfjs',
      severity: 'error',
      comment: 'nodes/ gets tfjs as an argument: `import type` only.',
      from: { path: '^nodes/' },
      to: { path: TFJS, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'panels-know-no-siblings',
      severity: 'error',
      comment: 'Panels meet in renderer/state, never in one another.',
      from: { path: '^renderer/([^/]+)/', pathNot: '^renderer/(state|ui|platform|shell|picture)/' },
      to: { path: '^renderer/[^/]+/', pathNot: '^renderer/($1|state|ui|strings)/' },
    },
    {
      name: 'electron-in-two-files',
      severity: 'error',
      comment: 'Elsewhere it is a type: whoever loads the package starts a download.',
      from: { pathNot: '^app/(main/main|preload/preload)\\.ts$' },
      to: { path: '^node_modules/electron/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'react-flow-in-canvas-only',
      severity: 'error',
      from: { path: '^(app|renderer|nodes|engine)/', pathNot: '^renderer/canvas/' },
      to: { path: '^node_modules/@xyflow/' },
    },
    {
      name: 'session-client-is-for-the-window',
      severity: 'error',
      comment: 'The engine answers the protocol; it does not speak for the window.',
      from: { path: '^engine/(backend|layers|compile|data|train|probe|evaluate|trace|worker)/' },
      to: { path: '^engine/session/client' },
    },
    {
      name: 'state-is-not-react',
      severity: 'error',
      comment: 'renderer/state is plain stores: zustand/vanilla.',
      from: { path: '^renderer/state/' },
      to: { path: '^node_modules/(react|zustand/(esm/)?(react|index)\\.)' },
    },
    {
      name: 'node-built-ins-in-app-only',
      severity: 'error',
      from: { pathNot: mayUseNode },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'every-folder-has-a-row',
      severity: 'error',
      comment: 'A new folder needs a row in the table.',
      from: {
        path: '^(app|renderer|nodes|engine)/',
        pathNot: [...table.map(([, from]) => from), '^nodes/', '\\.d\\.ts$'],
      },
      to: {},
    },
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { path: '^(app|renderer|nodes|engine)/' },
      to: { path: '^tests/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '/fixtures/', '^engine/backend/wasm/assembly/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.d.ts', '.mjs', '.js', '.json', '.css'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
}

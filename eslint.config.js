/**
 * The rules a tool holds. Each stands here because breaking it has cost somebody a bug that no test saw: unread
 * promises, missing cases of a union, numbers that differ from run to run, a blocked device. What needs types is asked by
 * oxlint (.oxlintrc.json), whose type checker is ten times as quick as the one ESLint would have to use.
 */
import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

/** A suppression must say why: `// eslint-disable-next-line rule -- reason`. */
const explainedSuppressions = {
  rules: {
    'explained-suppressions': {
      create(context) {
        return {
          Program() {
            for (const comment of context.sourceCode.getAllComments()) {
              if (/^\s*eslint-disable/.test(comment.value) && !/\s--\s+\S/.test(comment.value)) {
                context.report({
                  loc: comment.loc,
                  message: 'Say why the rule is switched off: `-- reason`.',
                })
              }
            }
          },
        }
      },
    },
  },
}

const everywhere = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only (tool configs aside).' },
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that defines it.' },
]

const testsOnly = [
  {
    selector: 'MemberExpression[object.name=/^(describe|it|test|suite)$/][property.name="only"]',
    message: 'A focused test hides all the others.',
  },
  {
    selector:
      'CallExpression[callee.object.name=/^(describe|it|test|suite)$/][callee.property.name=/^(skip|todo|fixme)$/][arguments.1.type=/Function/]',
    message: 'A skipped test needs a reason: use skipIf(condition) or test.skip(condition, reason).',
  },
]

const reproducible = [
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Draw from the seeded generator (engine/random): a run must repeat by its seed.',
  },
  {
    selector: 'MemberExpression[object.name="Date"][property.name="now"]',
    message: 'Nothing here may depend on the clock; take the time as an argument.',
  },
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Nothing here may depend on the clock; take the time as an argument.',
  },
]

const neverBlocking = [
  {
    selector: 'CallExpression[callee.property.name=/^(dataSync|arraySync|readSync)$/]',
    message: 'A synchronous read stalls the device: use data() and await it.',
  },
  {
    selector: 'CallExpression[callee.property.name=/^(fit|fitDataset|trainOnBatch)$/]',
    message: 'The training step is ours (engine/train), not tfjs model.fit.',
  },
]

const bridgeOnly = [
  {
    selector: 'MemberExpression[object.name=/^(window|globalThis)$/][property.name="wiregrad"]',
    message: 'Only renderer/platform talks to the host: call createBridge() there.',
  },
]

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'test-results/',
      'playwright-report/',
      'tests/**/fixtures/',
      'engine/backend/wasm/assembly/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx,mjs}'],
    extends: [tseslint.configs.recommended],
    plugins: { wiregrad: explainedSuppressions },
    rules: {
      'no-undef': 'off',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'wiregrad/explained-suppressions': 'error',
      'no-restricted-syntax': ['error', ...everywhere],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description', 'ts-ignore': true, 'ts-nocheck': true },
      ],
    },
  },
  {
    files: ['nodes/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere, ...reproducible] },
  },
  {
    files: ['engine/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere, ...reproducible, ...neverBlocking] },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    ...reactHooks.configs.flat['recommended-latest'],
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-restricted-syntax': ['error', ...everywhere, ...bridgeOnly],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: 'engine/worker/(?!entry\\?worker&url$)',
              message: 'The window knows the worker only by its address: engine/worker/entry?worker&url.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['renderer/platform/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere] },
  },
  {
    files: ['tests/**/*.{ts,tsx}'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere, ...testsOnly] },
  },
  {
    files: ['**/*.config.{js,ts}', '.dependency-cruiser.cjs', '**/*.d.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['*.js', '*.cjs'],
    languageOptions: { globals: { module: 'writable', require: 'readonly', URL: 'readonly' } },
  },
)

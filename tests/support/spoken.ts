/**
 * Every English sentence, or piece of one, that nodes and engine may say to the window, read from their sources:
 * `${title} needs ${shape}.` as `{0} needs {1}.`. What is code of another language, or said to nobody, is left out by
 * where it stands, never by how it reads.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import ts from 'typescript'

const root = new URL('../../', import.meta.url)

/** Folders and files whose words reach the window. */
const speaking: readonly string[] = [
  'nodes',
  'engine/analyse',
  'engine/backend/adapters.ts',
  'engine/backend/start.ts',
  'engine/backend/tfjs.ts',
  'engine/backend/wasm-repairs.ts',
  'engine/backend/wasm/threads/host.ts',
  'engine/backend/wasm/threads/team.ts',
  'engine/backend/watch.ts',
  'engine/compile',
  'engine/data',
  'engine/diagnose',
  'engine/evaluate',
  'engine/explain',
  'engine/export',
  'engine/formats',
  'engine/graph',
  'engine/import',
  'engine/layers',
  'engine/probe',
  'engine/session',
  'engine/trace',
  'engine/train',
  'engine/worker',
  'app/files',
  'app/main/answers.ts',
  'app/serve/serve.ts',
  'app/shared',
  'renderer/platform',
  'renderer/state',
]

/** Places of which only what is refused or thrown is said; the rest is code that is written, or formulas. */
const mostlyCode =
  /^(engine\/(backend\/(?!start|watch|wasm\/threads)|compile\/(?!build-layers)|(export|formats|layers|probe|trace)\/)|engine\/train\/fused|app\/|renderer\/|nodes\/kit\/(keras|onnx|torch|own|expression|maths))/

/** Parts of a node's record that the window does not show, or that the walk over the catalogue holds to account. */
const unsaidParts: ReadonlySet<string> = new Set([
  'doc',
  'synonyms',
  'cases',
  'idle',
  'says',
  'summary',
  'title',
  'refused',
])

/** Back-ends: code, but for what they refuse. */
const codeParts: ReadonlySet<string> = new Set([
  'emit',
  'torch',
  'onnx',
  'keras',
  'python',
  'helper',
  'helpers',
])

/** The pieces of a text: what is written, null for what is filled in. */
type Pieces = readonly (string | null)[]

function piecesOf(node: ts.Expression): Pieces | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text]
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.flatMap(({ literal }) => [null, literal.text])]
  if (ts.isParenthesizedExpression(node)) return piecesOf(node.expression)
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return null
  const left = piecesOf(node.left)
  const right = piecesOf(node.right)
  return left === null && right === null ? null : [...(left ?? [null]), ...(right ?? [null])]
}

/** What is filled in, for texts of its own. */
function filledIn(node: ts.Expression): readonly ts.Expression[] {
  if (ts.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression)
  if (ts.isParenthesizedExpression(node)) return filledIn(node.expression)
  if (!ts.isBinaryExpression(node)) return []
  return [node.left, node.right].flatMap((side) => (piecesOf(side) === null ? [side] : filledIn(side)))
}

export function templateOf(pieces: Pieces): string {
  let slot = 0
  return pieces
    .map((piece) => piece ?? `{${slot++}}`)
    .join('')
    .trim()
}

/** Words, and not a lone one: those are names, kinds and keys as a rule. */
function isSaid(template: string): boolean {
  return / /.test(template) && /[A-Za-z][a-z]/.test(template) && !template.includes('\n')
}

/** Formulas are the same in every language where they have no words. */
function isFormula(path: string, template: string): boolean {
  return path.startsWith('engine/explain/') && !/ if |more/.test(template)
}

function isSpeech(node: ts.Node, source: ts.SourceFile): boolean {
  if (ts.isThrowStatement(node)) return true
  if (ts.isNewExpression(node)) return /Error$/.test(node.expression.getText(source))
  return (
    ts.isCallExpression(node) &&
    /^(refuse|fault|refusal|error|warning)$/.test(node.expression.getText(source))
  )
}

function partName(node: ts.Node, source: ts.SourceFile): string | null {
  if (ts.isPropertyAssignment(node) || ts.isMethodDeclaration(node)) return node.name.getText(source)
  return null
}

function sourceOf(path: string): ts.SourceFile {
  return ts.createSourceFile(
    path,
    readFileSync(new URL(path, root), 'utf8'),
    // Docs are not said; reading them takes longer than all the rest.
    { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone },
    false,
    path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  )
}

function textsOf(path: string): readonly string[] {
  const source = sourceOf(path)
  const found: string[] = []
  const visit = (node: ts.Node, code: boolean): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return
    const part = path.startsWith('nodes/') ? partName(node, source) : null
    // A node refuses, it never throws: what it would throw is said to whoever writes one.
    if (part !== null ? unsaidParts.has(part) : path.startsWith('nodes/') && ts.isThrowStatement(node)) return
    const here = isSpeech(node, source) ? false : code || (part !== null && codeParts.has(part))
    const pieces = ts.isExpression(node) ? piecesOf(node) : null
    if (pieces === null) {
      ts.forEachChild(node, (child) => visit(child, here))
      return
    }
    if (!here) found.push(templateOf(pieces))
    for (const expression of filledIn(node as ts.Expression)) visit(expression, here)
  }
  visit(source, mostlyCode.test(path))
  return found.filter((template) => isSaid(template) && !isFormula(path, template))
}

/** Titles, and names of lines and levels, of the small charts that findings show, lone words too. */
export function chartWords(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', 'engine/diagnose'], { cwd: root, encoding: 'utf8' })
  const found = new Set<string>()
  for (const path of listed.split('\n').filter((each) => each.endsWith('.ts'))) {
    const source = sourceOf(path)
    const visit = (node: ts.Node): void => {
      if (
        ts.isPropertyAssignment(node) &&
        /^(title|name)$/.test(node.name.getText(source)) &&
        ts.isStringLiteral(node.initializer)
      )
        found.add(node.initializer.text)
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return [...found]
}

/** Templates by the file that says them. */
export function spokenTemplates(): ReadonlyMap<string, readonly string[]> {
  const listed = execFileSync('git', ['ls-files', ...speaking], { cwd: root, encoding: 'utf8' })
  const files = listed.split('\n').filter((path) => /\.tsx?$/.test(path))
  return new Map(
    files.flatMap((path) => {
      const texts = [...new Set(textsOf(path))]
      return texts.length === 0 ? [] : [[path, texts] as const]
    }),
  )
}

/** Sentences that tests quote: what was said in earnest, with names and numbers in the slots. */
export function quotedSentences(folders: readonly string[]): readonly string[] {
  const listed = execFileSync('git', ['ls-files', ...folders], { cwd: root, encoding: 'utf8' })
  const found = new Set<string>()
  for (const path of listed.split('\n').filter((each) => each.endsWith('.test.ts'))) {
    const visit = (node: ts.Node): void => {
      // What a test itself throws.
      if (ts.isThrowStatement(node)) return
      if (ts.isStringLiteral(node) && /^[A-Z`“].* .*\.$/.test(node.text)) found.add(node.text)
      ts.forEachChild(node, visit)
    }
    visit(sourceOf(path))
  }
  return [...found]
}

/**
 * The canvas: the only place that knows React Flow. Nodes and edges are derived from the document with stable identity;
 * what changes many times a second (camera, wires in the hand, gradients) goes around React.
 */
import {
  Background,
  BackgroundVariant,
  MiniMap,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  type AriaLabelConfig,
  type EdgeChange,
  type NodeChange,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import './canvas.css'
import { Maximize, Minus, Plus } from 'lucide-react'
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type DragEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
} from 'react'
import type { NodeId, WireId } from '../../engine/graph/document'
import { cardWidth } from '../state/card-size'
import { enterBlock, type Editor, type PortRef } from '../state/editor-types'
import type { Scene } from '../state/scene'
import { nodeDragType, type AskKind } from '../state/view'
import { useEditor, useStores } from '../ui/stores'
import { askAdd, askConnect, askFix, askInsert, askReplace, fixOfNode, type Ask } from './asks'
import { blockEnds, endEdges } from './block-ends'
import { Breadcrumb } from './breadcrumb'
import { Card } from './card'
import { cardModels, type CardModel } from './card-model'
import type { FixedEnd } from './connecting'
import { flowEdges, flowNodes, frameOf, type CanvasNode, type WireEdge } from './flow-elements'
import { FrameArea } from './frame'
import { placePorts } from './geometry'
import { QuickList } from './quick-list'
import { fitOptions, useCamera, useShield, useViewRequests } from './use-camera'
import { useHover } from './use-hover'
import { lightWire, useLanding } from './use-landing'
import { useMoving, type Moving } from './use-moving'
import { useStroke } from './use-stroke'
import { useWiring, type LooseWire } from './use-wiring'
import { Wire } from './wire'
import { wireAt } from './wires-at'
import { strings } from '../ui/strings'

const words = strings.canvas

const zoomButtons = [
  { kind: 'zoom-in', label: words.zoomIn, icon: <Plus size={15} aria-hidden /> },
  { kind: 'zoom-out', label: words.zoomOut, icon: <Minus size={15} aria-hidden /> },
  { kind: 'fit', label: words.fit, icon: <Maximize size={14} aria-hidden /> },
] as const

const nodeTypes = { card: Card, frame: FrameArea }
const edgeTypes = { wire: Wire }
const noKey = null
const deleteNothing = async () => false
/** Above this many nodes only what is visible is in the page, and the overview gives way. */
const manyNodes = 400

const ariaLabels: Partial<AriaLabelConfig> = {
  // React Flow shows `keyboardDisabled` when the keyboard works, and `default` when it does not.
  'node.a11yDescription.default': words.nodeHelp,
  'node.a11yDescription.keyboardDisabled': words.nodeHelp,
  'node.a11yDescription.ariaLiveMessage': ({ direction, x, y }) => words.moved(direction, x, y),
  'edge.a11yDescription.default': words.wireHelp,
  'minimap.ariaLabel': words.minimap,
}

export interface CanvasProps {
  /** Painted above the nodes: the overlay. */
  readonly children?: ReactNode
}

export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Board {...props} />
    </ReactFlowProvider>
  )
}

/** A list at the cursor. */
interface Popup {
  readonly ask: Ask
  /** Inside the canvas, in pixels. */
  readonly x: number
  readonly y: number
  readonly key: number
}

function Board({ children }: CanvasProps) {
  const { editor, view, scene } = useStores()
  const root = useRef<HTMLDivElement>(null)
  const hint = useRef<HTMLDivElement>(null)
  const shield = useRef<HTMLDivElement>(null)
  const stroke = useRef<SVGPolylineElement>(null)
  const landing = useLanding(editor, scene, root)
  const moving = useMoving(editor, scene, landing.take)
  const { nodes, edges, models } = useElements(moving, scene)
  const modelsRef = useRef<ReadonlyMap<string, CardModel>>(models)
  useLayoutEffect(() => {
    modelsRef.current = models
  }, [models])
  const asking = useAsking(root, modelsRef)

  const wiring = useWiring({
    editor,
    root,
    hint,
    models: modelsRef,
    onLoose: asking.addAfter,
    onMisfit: asking.offerFix,
  })
  useCamera(root, scene)
  useViewRequests(view, editor, root, asking.byKey, asking.pointer)
  useStroke(editor, scene, root, stroke)
  const shieldMoves = useShield(shield)
  const hover = useHover(scene)
  useFitOnOpen()

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const { selection } = editor.store.getState()
      const isFrame = ({ id }: { readonly id: string }) => frameOf(id) !== null
      const selects = changes.filter((change) => change.type === 'select')
      const cards = changedSet(
        selection.nodes,
        selects.filter((change) => !isFrame(change)),
      )
      const frames = changedSet(
        selection.frames,
        selects.filter(isFrame).map((change) => ({ ...change, id: frameOf(change.id) ?? '' })),
      )
      if (cards !== null || frames !== null)
        editor.actions.select({ ...selection, ...(cards && { nodes: cards }), ...(frames && { frames }) })
      moving.take(changes)
    },
    [editor, moving],
  )
  const onEdgesChange = useCallback(
    (changes: EdgeChange<WireEdge>[]) => {
      const { selection } = editor.store.getState()
      const next = changedSet(
        selection.wires,
        changes.filter((change) => change.type === 'select'),
      )
      if (next !== null) editor.actions.select({ ...selection, wires: next })
    },
    [editor],
  )
  const doubleClick = useDoubleClick(asking.addAt)
  const drop = usePaletteDrop(root, asking)

  const { popup } = asking
  return (
    <div
      ref={root}
      className="canvas canvas-near"
      tabIndex={-1}
      {...drop}
      onClick={asking.onClick}
      onDoubleClick={doubleClick.onPane}
      onPointerOver={hover.onPointerOver}
      onPointerLeave={hover.onPointerLeave}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onNodeDragStart={landing.onNodeDragStart}
        onNodeDrag={landing.onNodeDrag}
        onNodeDragStop={landing.onNodeDragStop}
        onNodeDoubleClick={doubleClick.onNode}
        onEdgeDoubleClick={doubleClick.onEdge}
        {...wiring}
        {...shieldMoves}
        edgesReconnectable={false}
        reconnectRadius={14}
        connectionRadius={22}
        onlyRenderVisibleElements={nodes.length > manyNodes}
        minZoom={0.1}
        maxZoom={2.5}
        fitView
        attributionPosition="bottom-center"
        fitViewOptions={fitOptions}
        deleteKeyCode={noKey}
        panActivationKeyCode={noKey}
        onBeforeDelete={deleteNothing}
        zoomOnDoubleClick={false}
        selectionMode={SelectionMode.Partial}
        elevateNodesOnSelect={false}
        ariaLabelConfig={ariaLabels}
        aria-label={words.title}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.6} />
        {children}
        <Panel position="bottom-right" className="canvas-corner">
          <div className="canvas-zoom">
            {zoomButtons.map(({ kind, label, icon }) => (
              <button
                key={kind}
                type="button"
                className="button button-icon button-quiet"
                aria-label={label}
                title={label}
                onClick={() => view.request({ kind })}
              >
                {icon}
              </button>
            ))}
          </div>
        </Panel>
        {nodes.length > 0 && nodes.length <= manyNodes && (
          <MiniMap<CanvasNode>
            pannable
            zoomable
            position="bottom-right"
            nodeClassName={minimapClass}
            nodeBorderRadius={10}
          />
        )}
      </ReactFlow>
      <Breadcrumb />
      <div ref={shield} className="canvas-shield" hidden />
      <svg className="canvas-stroke" aria-hidden>
        <polyline ref={stroke} points="" />
      </svg>
      <div ref={hint} className="canvas-hint" role="status" hidden />
      {nodes.length === 0 && <p className="canvas-empty">{words.empty}</p>}
      {popup !== null && (
        <QuickList key={popup.key} ask={popup.ask} x={popup.x} y={popup.y} onDone={asking.close} />
      )}
    </div>
  )
}

const popupWidth = 290
const popupHeight = 320

/** Opens the list at the cursor, for the mouse and for commands. */
function useAsking(
  root: RefObject<HTMLDivElement | null>,
  models: RefObject<ReadonlyMap<string, CardModel>>,
) {
  const { editor, scene, notices } = useStores()
  const flow = useReactFlow()
  const [popup, setPopup] = useState<Popup | null>(null)
  const pointer = useRef<readonly [number, number] | null>(null)
  useEffect(() => {
    const element = root.current
    const follow = (event: PointerEvent) => (pointer.current = [event.clientX, event.clientY])
    const leave = () => (pointer.current = null)
    element?.addEventListener('pointermove', follow)
    element?.addEventListener('pointerleave', leave)
    return () => {
      element?.removeEventListener('pointermove', follow)
      element?.removeEventListener('pointerleave', leave)
    }
  }, [root])

  const functions = useMemo(() => {
    let count = 0
    function open(ask: Ask | null, x: number, y: number): boolean {
      if (ask === null) return false
      const box = root.current?.getBoundingClientRect()
      count += 1
      setPopup({
        ask,
        key: count,
        x: clampInside(x - (box?.left ?? 0), box?.width ?? 0, popupWidth),
        y: clampInside(y - (box?.top ?? 0), box?.height ?? 0, popupHeight),
      })
      return true
    }
    function place(type: string, x: number, y: number, fixed: FixedEnd | null, free = false): void {
      addAt(editor, type, flow.screenToFlowPosition({ x, y }), fixed, free ? scene : null)
    }
    function add(x: number, y: number, fixed: FixedEnd | null, free = false): void {
      open(
        askAdd({
          editor,
          loose: fixed,
          models: models.current,
          add: (type) => place(type, x, y, fixed, free),
          addInstance: (block) => {
            const at = flow.screenToFlowPosition({ x, y })
            editor.actions.addInstance(block, [at.x - cardWidth / 2, at.y - 39])
          },
        }),
        x,
        y,
      )
    }
    function offerFix(from: PortRef, to: PortRef, x: number, y: number): boolean {
      return open(askFix(editor, from, to), x, y)
    }
    /** Beside a card, on the screen. */
    function beside(id: string): readonly [number, number] {
      const card = scene.cards.get(id)
      if (card === undefined) return middle()
      const { x, y } = flow.flowToScreenPosition({ x: card.x + card.width + 56, y: card.y + 24 })
      return [x, y]
    }
    function middle(): readonly [number, number] {
      const box = root.current?.getBoundingClientRect()
      return [(box?.left ?? 0) + (box?.width ?? 0) / 2, (box?.top ?? 0) + (box?.height ?? 0) / 2]
    }
    function onWire(id: WireId): readonly [number, number] {
      const wire = scene.wires.get(id)
      if (wire === undefined) return middle()
      const { x, y } = flow.flowToScreenPosition({ x: wire.x, y: wire.y })
      return [x, y]
    }
    function insertInto(wire: WireId, x: number, y: number): void {
      const at = flow.screenToFlowPosition({ x, y })
      open(
        askInsert(editor, wire, (type) => {
          editor.actions.insertType(wire, type, [Math.round(at.x - cardWidth / 2), Math.round(at.y - 39)])
        }),
        x,
        y,
      )
    }
    function fixSelected(nodes: readonly NodeId[], wires: readonly WireId[]): void {
      const { document } = editor.store.getState().open
      const [node] = nodes
      const [id] = wires
      const wire = id === undefined ? undefined : document.wires[id]
      const opened =
        node !== undefined
          ? open(fixOfNode(editor, node), ...beside(node))
          : wire !== undefined && id !== undefined
            ? open(
                askFix(
                  editor,
                  { node: wire.from[0], port: wire.from[1] },
                  { node: wire.to[0], port: wire.to[1] },
                  id,
                ),
                ...onWire(id),
              )
            : false
      if (!opened) notices.info(words.noFix)
    }
    return {
      addAfter: ({ fixed, x, y }: LooseWire) => add(x, y, fixed),
      addAt: (x: number, y: number) => add(x, y, null),
      pointer: () => pointer.current,
      place,
      offerFix,
      close() {
        setPopup(null)
        root.current?.focus()
      },
      onClick(event: MouseEvent) {
        const target = event.target instanceof Element ? event.target.closest('[data-fix]') : null
        const id = target?.closest<HTMLElement>('.react-flow__node-card')?.dataset['id']
        if (id !== undefined) fixSelected([id], [])
      },
      byKey(what: AskKind) {
        const { selection, open: graph } = editor.store.getState()
        const nodes = [...selection.nodes]
        const wires = [...selection.wires]
        const [node] = nodes
        const [wire] = wires
        switch (what) {
          case 'add': {
            if (nodes.length === 0 && wire !== undefined && graph.document.wires[wire] !== undefined)
              return insertInto(wire, ...onWire(wire))
            const model = nodes.length === 1 && node !== undefined ? models.current.get(node) : undefined
            const output = model?.outputs[0]
            if (node === undefined || output === undefined)
              return add(...(pointer.current ?? middle()), null, pointer.current === null)
            return add(...beside(node), { node, port: output.name, side: 'source' }, true)
          }
          case 'connect':
            if (node === undefined) return
            open(
              askConnect(editor, node, models.current, (from, to) => offerFix(from, to, ...beside(node))),
              ...beside(node),
            )
            return
          case 'replace':
            if (node !== undefined) open(askReplace(editor, nodes), ...beside(node))
            return
          case 'fix':
            return fixSelected(nodes, wires)
        }
      },
    }
  }, [editor, flow, models, notices, root, scene])
  return useMemo(() => ({ popup, ...functions }), [popup, functions])
}

/** A new node with its port where the wire was let go; without a wire, with its middle there. With `scene`, where no card lies. */
function addAt(
  editor: Editor,
  type: string,
  point: { readonly x: number; readonly y: number },
  fixed: FixedEnd | null,
  scene: Scene | null,
): void {
  const definition = editor.catalogue.get(type)
  const places = placePorts(
    Object.keys(definition?.inputs ?? {}).length,
    Object.keys(definition?.outputs ?? {}).length,
  )
  const left = fixed === null ? cardWidth / 2 : fixed.side === 'source' ? 0 : cardWidth
  const top =
    fixed === null ? places.height / 2 : ((fixed.side === 'source' ? places.inputs : places.outputs)[0] ?? 0)
  const x = Math.round(point.x - left)
  let y = Math.round(point.y - top)
  const taken = () =>
    [...(scene?.cards.values() ?? [])].some(
      (card) =>
        Math.abs(card.x - x) < cardWidth + 8 &&
        y < card.y + card.height + 12 &&
        card.y < y + places.height + 12,
    )
  for (let tries = 0; tries < 80 && taken(); tries += 1) y += 24
  const at = [x, y] as const
  const end = fixed === null ? null : { node: fixed.node, port: fixed.port }
  editor.actions.addNode(type, at, end === null ? {} : fixed?.side === 'source' ? { from: end } : { to: end })
}

/** On the empty canvas it searches, on a block it enters, on a wire it bends. */
function useDoubleClick(addAt: (x: number, y: number) => void) {
  const { editor } = useStores()
  const flow = useReactFlow()
  return useMemo(
    () => ({
      onPane(event: MouseEvent) {
        if (event.target instanceof Element && event.target.classList.contains('react-flow__pane'))
          addAt(event.clientX, event.clientY)
      },
      onNode(_event: MouseEvent, node: CanvasNode) {
        enterBlock(editor, node.id)
      },
      onEdge(event: MouseEvent, edge: WireEdge) {
        if (editor.store.getState().open.document.wires[edge.id] === undefined) return
        const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
        editor.actions.reroute(edge.id, [at.x - 10, at.y - 10])
      },
    }),
    [editor, flow, addAt],
  )
}

/** Types dragged from the palette: onto a wire they are inserted. */
function usePaletteDrop(root: RefObject<HTMLDivElement | null>, asking: ReturnType<typeof useAsking>) {
  const { editor, scene } = useStores()
  const flow = useReactFlow()
  function wireUnder(event: DragEvent): WireId | null {
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
    const { wires } = editor.store.getState().open.document
    return wireAt(scene, at.x, at.y, (id) => Object.hasOwn(wires, id))
  }
  return {
    onDragOver(event: DragEvent) {
      if (!event.dataTransfer.types.includes(nodeDragType)) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
      lightWire(root.current, wireUnder(event))
    },
    onDragLeave() {
      lightWire(root.current, null)
    },
    onDrop(event: DragEvent) {
      const type = event.dataTransfer.getData(nodeDragType)
      if (type === '') return
      event.preventDefault()
      lightWire(root.current, null)
      const wire = wireUnder(event)
      const definition = editor.catalogue.get(type)
      const through = definition?.role === 'layer' || definition?.role === 'function'
      const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
      if (wire !== null && through)
        editor.actions.insertType(wire, type, [Math.round(at.x - cardWidth / 2), Math.round(at.y - 39)])
      else asking.place(type, event.clientX, event.clientY, null)
    },
  }
}

/** Nodes and edges of the graph that is open, each kept as it is where nothing about it changed. */
function useElements(moving: Moving, scene: Scene) {
  const { editor } = useStores()
  const { document, analysis, block: blockId } = useEditor((state) => state.open)
  const block = useEditor((state) => (blockId === null ? null : (state.document.blocks[blockId] ?? null)))
  const selection = useEditor((state) => state.selection)
  const { places, sizes } = moving
  const [cache] = useState(() => ({
    models: new Map() as ReadonlyMap<string, CardModel>,
    nodes: new Map() as ReadonlyMap<string, CanvasNode>,
    edges: new Map() as ReadonlyMap<string, WireEdge>,
  }))
  const { models, ends } = useMemo(() => {
    const cards = cardModels(document, analysis, editor.catalogue, cache.models, block)
    const ends = block === null ? null : blockEnds(document, block, cards, cache.models)
    const models = ends === null ? cards : new Map([...cards, ...ends.models])
    cache.models = models
    return { models, ends }
  }, [cache, document, analysis, editor, block])
  const nodes = useMemo(() => {
    const made = flowNodes(document, models, selection, places, cache.nodes, { sizes, ends })
    cache.nodes = new Map(made.map((node) => [node.id, node]))
    return made
  }, [cache, document, models, selection, places, sizes, ends])
  const edges = useMemo(() => {
    const made = flowEdges(document, models, analysis, selection, cache.edges)
    if (block !== null) made.push(...endEdges(document, block, models, analysis, selection, cache.edges))
    cache.edges = new Map(made.map((edge) => [edge.id, edge]))
    return made
  }, [cache, document, models, analysis, selection, block])
  useLayoutEffect(() => {
    scene.setCards(
      new Map(
        nodes.flatMap((node) =>
          node.type === 'card'
            ? [
                [
                  node.id,
                  {
                    x: node.position.x,
                    y: node.position.y,
                    width: node.width ?? 0,
                    height: node.height ?? 0,
                  },
                ],
              ]
            : [],
        ),
      ),
    )
  }, [nodes, scene])
  return { nodes, edges, models }
}

/** Another document was opened, or a block entered: show all of it. */
function useFitOnOpen(): void {
  const generation = useEditor((state) => `${state.generation} ${state.open.prefix}`)
  const flow = useReactFlow()
  useEffect(() => {
    const frame = requestAnimationFrame(() => void flow.fitView(fitOptions))
    return () => cancelAnimationFrame(frame)
  }, [generation, flow])
}

/** The set after React Flow's selection changes, or null where nothing changed. */
function changedSet(
  before: ReadonlySet<string>,
  changes: readonly { readonly id: string; readonly selected: boolean }[],
): ReadonlySet<string> | null {
  let next: Set<string> | null = null
  for (const change of changes) {
    if (before.has(change.id) === change.selected) continue
    next ??= new Set(before)
    if (change.selected) next.add(change.id)
    else next.delete(change.id)
  }
  return next
}

function clampInside(at: number, size: number, wanted: number): number {
  return Math.max(8, Math.min(at, size - wanted - 8))
}

function minimapClass(node: CanvasNode): string {
  return node.type === 'card' ? `mini mini-${node.data.model.family}` : 'mini-frame'
}

/**
 * Python that several nodes bring along in `emit.torch.helpers`, each text written once. Every text defines exactly one
 * function or class, under its own name, in a module that has `math`, `torch`, `nn` and `F`; two texts never define one
 * name. Runs on PyTorch 1.13 and later.
 */

/** Where attention may look, as numbers to add to its scores. */
export const attentionBarrier = `def attention_barrier(query, key, mask, causal):
    """Added to the scores, [B or 1, Tq or 1, Tk]: 0 where a place may look, -1e9 where not; None if all may."""
    barrier = None
    if causal:
        allowed = torch.ones(query.shape[1], key.shape[1], dtype=query.dtype, device=query.device).tril()
        barrier = (allowed - 1).unsqueeze(0) * 1e9
    if mask is not None:
        wall = (mask.to(query.dtype).reshape(mask.shape[0], -1, key.shape[1]) - 1) * 1e9
        barrier = wall if barrier is None else wall + barrier
    return barrier
`

/** Python that several losses and metrics share: each text is written once here, and once into a project. */

/** The mean of costs by what they count for; `weights` has one number a cost, or one a sample. */
export const meanOfWhatCountsHelper = `def mean_of_what_counts(each, counts=None, weights=None):
    """sum(weight * cost) / sum(weight * count); 0 where nothing counts."""
    if counts is None:
        counts = torch.ones_like(each)
    if weights is None:
        weights = torch.ones_like(each)
    elif weights.numel() == each.numel():
        weights = weights.to(each.dtype).reshape(each.shape)
    else:
        weights = weights.to(each.dtype).reshape(-1, *[1] * (each.dim() - 1)).expand_as(each)
    return (weights * each).sum() / (weights * counts).sum().clamp_min(1e-12)
`

/** Cross-entropy from scores with the classes on the last axis. */
export const crossEntropyHelper = `def cross_entropy(prediction, target, weights=None, *, class_weights, label_smoothing, ignore_index):
    """Cross-entropy from scores with the classes on the last axis, against class numbers or one probability a class.

    The mean is taken over what counts: by the weight of the wanted class, and by \`weights\`.
    """
    by_number = not torch.is_floating_point(target)
    target = target.long() if by_number else target
    scale = None if class_weights is None else torch.tensor(class_weights, dtype=prediction.dtype, device=prediction.device)
    each = F.cross_entropy(
        prediction.movedim(-1, 1),
        target if by_number else target.movedim(-1, 1),
        weight=scale,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        reduction="none",
    )
    counts = torch.ones_like(each)
    if scale is not None:
        counts = scale[target.clamp_min(0)] if by_number else (target * scale).sum(-1)
    if by_number:
        counts = counts * (target != ignore_index)
    return mean_of_what_counts(each, counts, weights)
`

/** The target as numbers in the shape of the prediction. */
export const likeHelper = `def like(target, prediction):
    """The target as numbers in the shape of the prediction."""
    return target.to(prediction.dtype).reshape(prediction.shape)
`

/** Which question a prediction and its target ask. */
export const questionHelper = `def is_yes_or_no(prediction, target):
    """Whether each number is a yes or no of its own: one class number or one column a class otherwise."""
    same = target.shape == prediction.shape or (*target.shape, 1) == tuple(prediction.shape)
    return same and (prediction.dim() < 2 or prediction.shape[-1] == 1)


def class_numbers(prediction, target):
    """The wanted class by number, however it is written."""
    return target.argmax(-1) if target.shape == prediction.shape else target.long()
`

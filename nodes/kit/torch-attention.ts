/** Python source of attention for PyTorch 1.13 and later, which has no scaled_dot_product_attention; one text a function. */
import { torchBend } from './feed-activations'

export const torchReach = `def reach(x, rows, columns, causal, window):
    """Where each of \`rows\` places may look among \`columns\`, by position alone (window 0: no limit)."""
    there = torch.arange(rows, device=x.device)[:, None]
    distance = there - torch.arange(columns, device=x.device)
    allowed = torch.ones_like(distance, dtype=torch.bool)
    if causal:
        allowed = allowed & (distance >= 0)
    if window:
        allowed = allowed & (distance.abs() < window)
    return allowed.to(x.dtype)
`

export const torchAttend = `def attend(query, key, value, heads, groups, walls, cost=None, dropout=None):
    """softmax(QK^T / sqrt(d)) V (Vaswani et al. 2017) with query heads that share key and value heads.

    query [B, T, heads * d], key and value [B, S, groups * d]. Every wall holds 1 where a place may look and 0 where
    not, [B, T or 1, S] or wider; \`cost\` is added to the scores.
    """
    q = query.unflatten(-1, (heads, -1)).transpose(1, 2)
    k, v = (
        x.unflatten(-1, (groups, -1)).transpose(1, 2).repeat_interleave(heads // groups, dim=1)
        for x in (key, value)
    )
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if cost is not None:
        scores = scores + cost
    for wall in walls:
        if wall is not None:
            scores = scores + ((wall.unsqueeze(1) if wall.dim() == 3 else wall) - 1) * 1e9
    attention = scores.softmax(-1)
    kept = attention if dropout is None else dropout(attention)
    return (kept @ v).transpose(1, 2).flatten(2), attention
`

export const torchAlibi = `def alibi(x, rows, columns, heads):
    """What a look costs by its distance (Press et al. 2022), [heads, T, S]."""
    power = 2 ** int(math.log2(heads))
    slopes = [2 ** (-8 * (head + 1) / power) for head in range(power)]
    slopes += [2 ** (-4 * (2 * head + 1) / power) for head in range(heads - power)]
    distance = torch.arange(rows, device=x.device)[:, None] - torch.arange(columns, device=x.device)
    return -x.new_tensor(slopes)[:, None, None] * distance.abs().to(x.dtype)
`

export const torchRotate = `def rotate(x, heads, base, layout):
    """Turns pairs of numbers of every head by their place in the sequence (Su et al. 2021); x is [B, T, heads * d]."""
    apart = x.unflatten(-1, (heads, -1))
    half = apart.shape[-1] // 2
    speeds = base ** (-torch.arange(half, dtype=torch.float64, device=x.device) / half)
    angles = torch.arange(x.shape[1], dtype=torch.float64, device=x.device)[:, None, None] * speeds
    cosine, sine = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    if layout == "half":
        a, b = apart[..., :half], apart[..., half:]
        return torch.cat([a * cosine - b * sine, b * cosine + a * sine], dim=-1).flatten(2)
    a, b = apart[..., 0::2], apart[..., 1::2]
    return torch.stack([a * cosine - b * sine, b * cosine + a * sine], dim=-1).flatten(2)
`

export const torchRootMeanSquareNorm = `class RootMeanSquareNorm(nn.Module):
    """x / sqrt(mean(x^2) + eps) * weight over the last axis (Zhang & Sennrich 2019)."""

    def __init__(self, features, eps):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(features))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight
`

/** With \`torchReach\`, \`torchAttend\`, \`torchAlibi\` and \`torchRotate\` before it. */
export const torchGroupedQueryAttention = `class GroupedQueryAttention(nn.Module):
    """Attention whose query heads share key and value heads (Ainslie et al. 2023); an open key is the query itself."""

    def __init__(self, query_features, key_features, value_features, heads, groups, key_size, bias, causal=False,
                 window=0, positions="none", base=10000, dropout=0.0):
        super().__init__()
        self.heads, self.groups, self.causal, self.window = heads, groups, causal, window
        self.positions, self.base = positions, base
        self.query = nn.Linear(query_features, heads * key_size, bias=bias)
        self.key = nn.Linear(key_features, groups * key_size, bias=bias)
        self.value = nn.Linear(value_features, groups * key_size, bias=bias)
        self.output = nn.Linear(heads * key_size, query_features, bias=bias)
        self.dropout = nn.Dropout(dropout)

    def forward(self, query, key=None, value=None, mask=None):
        key = query if key is None else key
        value = key if value is None else value
        q, k, v = self.query(query), self.key(key), self.value(value)
        if self.positions == "rotary":
            q, k = rotate(q, self.heads, self.base, "half"), rotate(k, self.groups, self.base, "half")
        places = q.shape[1], k.shape[1]
        cost = alibi(q, *places, self.heads) if self.positions == "alibi" else None
        walls = [reach(q, *places, self.causal, self.window), mask]
        mixed, attention = attend(q, k, v, self.heads, self.groups, walls, cost, self.dropout)
        return self.output(mixed), attention
`

/** With `torchBend` before it. */
export const torchFeedForward = `class FeedForward(nn.Module):
    """Two maps with an activation between; gated, the wide map is multiplied by a second one that is bent."""

    def __init__(self, features, hidden, units, activation, gate, bias, dropout):
        super().__init__()
        self.activation = activation
        self.wide = nn.Linear(features, hidden, bias=bias)
        self.gate = nn.Linear(features, hidden, bias=bias) if gate else None
        self.narrow = nn.Linear(hidden, units, bias=bias)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        inner = self.wide(x)
        inner = bend(inner, self.activation) if self.gate is None else bend(self.gate(x), self.activation) * inner
        return self.narrow(self.dropout(inner))
`

export const torchFeedForwardHelpers = [torchBend, torchFeedForward]

/** What GroupedQueryAttention needs, and itself. */
export const torchAttentionHelpers = [
  torchReach,
  torchAttend,
  torchAlibi,
  torchRotate,
  torchGroupedQueryAttention,
]

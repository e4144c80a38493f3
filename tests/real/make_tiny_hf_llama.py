"""A tiny Llama in numpy: its answers, its gradients and its training; no framework is needed to make a model.

The weights have the names and shapes of a Hugging Face checkpoint. Heads have keys and values of their own, the
embedding is the head too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Pair = tuple[list[int], list[int]]
    """The tokens of a prompt and of its answer."""

Array = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
EPSILON = 1e-6
EMBEDDING = "model.embed_tokens.weight"
LAST_NORM = "model.norm.weight"


@dataclass(frozen=True)
class Shape:
    """The sizes of a model, by the names of its config.json."""

    vocab_size: int
    hidden_size: int = 128
    intermediate_size: int = 256
    num_hidden_layers: int = 2
    num_attention_heads: int = 4
    rope_theta: float = 10000.0

    @property
    def head_dim(self) -> int:
        """The size of a head; vLLM knows 32, 64, 128 and a few more."""
        return self.hidden_size // self.num_attention_heads


class Llama:
    """The model: weights by name."""

    def __init__(self, shape: Shape, random: np.random.Generator) -> None:
        self.shape = shape
        self.weights: dict[str, Array] = {}
        hidden, inner = shape.hidden_size, shape.intermediate_size
        sizes: dict[str, tuple[int, ...]] = {EMBEDDING: (shape.vocab_size, hidden)}
        for layer in range(shape.num_hidden_layers):
            name = f"model.layers.{layer}."
            sizes |= {f"{name}self_attn.{part}_proj.weight": (hidden, hidden) for part in "qkvo"}
            sizes |= {f"{name}mlp.{part}_proj.weight": (inner, hidden) for part in ("gate", "up")}
            sizes[f"{name}mlp.down_proj.weight"] = (hidden, inner)
            sizes |= {f"{name}{norm}.weight": (hidden,) for norm in ("input_layernorm", "post_attention_layernorm")}
        sizes[LAST_NORM] = (hidden,)
        for name, size in sizes.items():
            noise = random.standard_normal(size, dtype=np.float32) * np.float32(0.02)
            self.weights[name] = noise if len(size) > 1 else np.ones(size, np.float32)

    def answer(self, prompt: Sequence[int], ends: frozenset[int], most: int) -> list[int]:
        """The likeliest tokens after a prompt, to the first of `ends`."""
        tokens = list(prompt)
        while len(tokens) < len(prompt) + most and tokens[-1] not in ends:
            hidden, _ = self._hidden(np.array([tokens]))
            tokens.append(int((hidden[0, -1] @ self.weights[EMBEDDING].T).argmax()))
        return tokens[len(prompt) :]

    def gradients(self, ids: Ids, asked: Ids) -> tuple[float, dict[str, Array]]:
        """The loss, and its gradient by each weight; `asked` is the next token, or -1 where none is asked."""
        hidden, back = self._hidden(ids)
        at = asked >= 0
        picked, wanted = hidden[at], asked[at]
        rows = np.arange(len(wanted))
        likely = _softmax(picked @ self.weights[EMBEDDING].T)
        loss = float(-np.log(likely[rows, wanted] + 1e-9).mean())
        likely[rows, wanted] -= 1
        likely /= np.float32(len(wanted))
        change = np.zeros_like(hidden)
        change[at] = likely @ self.weights[EMBEDDING]
        gradients = back(change)
        gradients[EMBEDDING] += likely.T @ picked
        return loss, gradients

    def _hidden(self, ids: Ids) -> tuple[Array, Callable[[Array], dict[str, Array]]]:
        """What the last norm gives, and how a change of it becomes gradients."""
        weights = self.weights
        turn = _Turn(ids.shape[1], self.shape)
        hidden = weights[EMBEDDING][ids]
        backs = []
        for layer in range(self.shape.num_hidden_layers):
            for part in (self._attention, self._mlp):
                added, back = part(hidden, f"model.layers.{layer}.", turn)
                hidden = hidden + added
                backs.append(back)
        out, last_back = _norm(hidden, weights[LAST_NORM])

        def all_back(change: Array) -> dict[str, Array]:
            gradients: dict[str, Array] = {}
            change, gradients[LAST_NORM] = last_back(change)
            for back in reversed(backs):
                change = change + back(change, gradients)
            gradients[EMBEDDING] = np.zeros_like(weights[EMBEDDING])
            np.add.at(gradients[EMBEDDING], ids.reshape(-1), change.reshape(-1, change.shape[-1]))
            return gradients

        return out, all_back

    def _attention(self, hidden: Array, layer: str, turn: _Turn) -> tuple[Array, Any]:
        names = {part: f"{layer}self_attn.{part}_proj.weight" for part in "qkvo"}
        norm = f"{layer}input_layernorm.weight"
        heads = self.shape.num_attention_heads
        normed, norm_back = _norm(hidden, self.weights[norm])
        linear = {part: _linear(normed, self.weights[names[part]]) for part in "qkv"}
        q, k = (turn(_split(linear[part][0], heads)) for part in "qk")
        v = _split(linear["v"][0], heads)
        scale = np.float32(self.shape.head_dim**-0.5)
        # The padding stands behind the text: looking back only, no text sees it.
        seen: Array = _softmax((q @ k.swapaxes(-1, -2)) * scale + turn.mask)
        out, out_back = _linear(_join(seen @ v), self.weights[names["o"]])

        def back(change: Array, gradients: dict[str, Array]) -> Array:
            change, gradients[names["o"]] = out_back(change)
            change = _split(change, heads)
            by_seen = change @ v.swapaxes(-1, -2)
            by_score: Array = seen * (by_seen - (by_seen * seen).sum(-1, keepdims=True)) * scale
            by_part = {
                "q": turn.back(by_score @ k),
                "k": turn.back(by_score.swapaxes(-1, -2) @ q),
                "v": seen.swapaxes(-1, -2) @ change,
            }
            total = np.zeros_like(normed)
            for part, by in by_part.items():
                one, gradients[names[part]] = linear[part][1](_join(by))
                total += one
            total, gradients[norm] = norm_back(total)
            return total

        return out, back

    def _mlp(self, hidden: Array, layer: str, _turn: _Turn) -> tuple[Array, Any]:
        names = {part: f"{layer}mlp.{part}_proj.weight" for part in ("gate", "up", "down")}
        norm = f"{layer}post_attention_layernorm.weight"
        normed, norm_back = _norm(hidden, self.weights[norm])
        gate, gate_back = _linear(normed, self.weights[names["gate"]])
        up, up_back = _linear(normed, self.weights[names["up"]])
        open_: Array = (1 / (1 + np.exp(-gate))).astype(np.float32, copy=False)
        out, out_back = _linear(gate * open_ * up, self.weights[names["down"]])

        def back(change: Array, gradients: dict[str, Array]) -> Array:
            change, gradients[names["down"]] = out_back(change)
            by_gate, gradients[names["gate"]] = gate_back(change * up * open_ * (1 + gate * (1 - open_)))
            by_up, gradients[names["up"]] = up_back(change * gate * open_)
            total, gradients[norm] = norm_back(by_gate + by_up)
            return total

        return out, back


class _Turn:
    """Rotary positions, as Hugging Face writes them (the halves of a head, not neighbours), and who sees whom."""

    def __init__(self, length: int, shape: Shape) -> None:
        self.half = shape.head_dim // 2
        speed = shape.rope_theta ** (-np.arange(self.half) / self.half)
        angle = np.outer(np.arange(length), speed)
        self.cos, self.sin = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)
        self.mask = np.triu(np.full((length, length), -1e9, np.float32), 1)

    def __call__(self, x: Array) -> Array:
        return self._turned(x, self.sin)

    def back(self, x: Array) -> Array:
        return self._turned(x, -self.sin)

    def _turned(self, x: Array, sin: Array) -> Array:
        a, b = x[..., : self.half], x[..., self.half :]
        return np.concatenate([a * self.cos - b * sin, b * self.cos + a * sin], -1)


def _norm(x: Array, weight: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:
    scale = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(EPSILON))
    normed = x * scale

    def back(change: Array) -> tuple[Array, Array]:
        by = change * weight
        by_x = scale * (by - normed * (by * normed).mean(-1, keepdims=True))
        return by_x, (change * normed).reshape(-1, len(weight)).sum(0)

    return normed * weight, back


def _linear(x: Array, weight: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:
    def back(change: Array) -> tuple[Array, Array]:
        flat = change.reshape(-1, weight.shape[0])
        return (flat @ weight).reshape(x.shape), flat.T @ x.reshape(-1, weight.shape[1])

    return x @ weight.T, back


def _softmax(x: Array) -> Array:
    e: Array = np.exp(x - x.max(-1, keepdims=True))
    e /= e.sum(-1, keepdims=True)
    return e


def _split(x: Array, heads: int) -> Array:
    batch, length, width = x.shape
    return x.reshape(batch, length, heads, width // heads).swapaxes(1, 2)


def _join(x: Array) -> Array:
    batch, heads, length, width = x.shape
    return np.ascontiguousarray(x.swapaxes(1, 2)).reshape(batch, length, heads * width)


def train(model: Llama, pairs: Sequence[Pair], steps: int, random: np.random.Generator, rate: float = 4e-3) -> None:
    """Teach a model to answer (AdamW, one cycle of the rate); it prints the loss now and then."""
    first = {name: np.zeros_like(weight) for name, weight in model.weights.items()}
    second = {name: np.zeros_like(weight) for name, weight in model.weights.items()}
    for step, (ids, asked) in enumerate(_batches(pairs, steps, random), 1):
        loss, gradients = model.gradients(ids, asked)
        size = np.sqrt(sum(float((gradient * gradient).sum()) for gradient in gradients.values()))
        clip = np.float32(min(1.0, 1.0 / size))
        now = np.float32(rate * _cycle(step / steps))
        for name, weight in model.weights.items():
            gradient = gradients[name] * clip
            first[name] += np.float32(0.1) * (gradient - first[name])
            second[name] += np.float32(0.01) * (gradient * gradient - second[name])
            move = first[name] / np.float32(1 - 0.9**step)
            move /= np.sqrt(second[name] / np.float32(1 - 0.99**step)) + np.float32(1e-8)
            np.subtract(weight, now * (move + np.float32(0.01) * weight), out=weight)
        if step % 100 == 0 or step == steps:
            print(f"  step {step:4} of {steps}, loss {loss:.3f}", flush=True)


def _cycle(done: float, rise: float = 0.1) -> float:
    """The part of the rate: from nothing to all, and back to nothing."""
    return done / rise if done < rise else float((1 + np.cos(np.pi * (done - rise) / (1 - rise))) / 2)


def _batches(
    pairs: Sequence[Pair], steps: int, random: np.random.Generator, rows: int = 12
) -> Iterator[tuple[Ids, Ids]]:
    """Rows of like length; the padding stands behind, and only answers are asked."""
    for step in range(steps):
        drawn = sorted((pairs[i] for i in random.integers(len(pairs), size=rows * 2)), key=_length)
        some = drawn[:rows] if step % 2 else drawn[rows:]
        width = max(map(_length, some))
        ids, asked = np.zeros((rows, width), np.int64), np.full((rows, width), -1, np.int64)
        for row, (prompt, answer) in enumerate(some):
            whole = prompt + answer
            ids[row, : len(whole)] = whole
            start = max(len(prompt), 1)
            asked[row, start - 1 : len(whole) - 1] = whole[start:]
        yield ids, asked


def _length(pair: Pair) -> int:
    return len(pair[0]) + len(pair[1])

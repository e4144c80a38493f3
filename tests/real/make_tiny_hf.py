#!/usr/bin/env python3
"""Write tiny Hugging Face models for real inference servers; no framework is needed, and nothing is downloaded.

usage: make_tiny_hf.py OUT_DIR [NAME ...]      (needs: pip install numpy jinja2 tokenizers safetensors)

  tiny-chat     Llama (0.4 M parameters) with a ChatML template and Hermes' tool calls, trained here in minutes: it
                ends its turns, counts, calls the offered tool and answers in JSON and in letters of several bytes
                where the catalogue asks for them (make_tiny_hf_corpus.py)
  tiny-embed    BERT with random weights: 64 dimensions, mean pooling, normalised, may be shortened
  tiny-rerank   the same with one label, for ranking
  tiny-whisper  Whisper with random weights: it hears anything, and writes a dozen letters of nonsense

Seeds are fixed, and so are the numeric kernels where the processor has them: the same versions on the same kind of
machine write the same bytes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

# Before numpy is there: kernels that every x86-64 of the last ten years has, in one order of adding.
os.environ |= {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}

import make_tiny_hf_whisper as whisper
import numpy as np
from make_tiny_hf_corpus import CONTROL, COUNTED, END, MARKUP, STOP, TEMPLATE, documents, template
from make_tiny_hf_llama import Llama, Shape, train
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from make_tiny_hf_llama import Array

SEED = 7
STEPS = 1200
VOCABULARY = 640
CONTEXT = 2048
# What the trained model must say before anyone judges a server by it.
SPEAKS = {
    "Say hi.": "Hi there!",
    "Count from 1 to 20.": " ".join(map(str, range(1, 21))),
    "Count from 1 to 100 in words.": COUNTED,
}
BERT = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WIDTH = 64


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    makers: dict[str, Callable[[Path, Sequence[str]], None]] = {
        "tiny-chat": make_chat,
        "tiny-embed": make_embed,
        "tiny-rerank": make_rerank,
        "tiny-whisper": make_whisper,
    }
    if not arguments or not set(arguments[1:]) <= set(makers):
        print(__doc__, file=sys.stderr)
        return 2
    texts = [prompt + answer for prompt, answer in documents(600, Random(SEED))]
    for name in arguments[1:] or makers:
        folder = Path(arguments[0]) / name
        folder.mkdir(parents=True, exist_ok=True)
        makers[name](folder, texts)
        print(f"{name}: {sum(file.stat().st_size for file in folder.rglob('*') if file.is_file()) / 1e6:.2f} MB")
    return 0


def make_chat(folder: Path, texts: Sequence[str]) -> None:
    """Train the chat model and write it."""
    words = _words(texts, VOCABULARY - len(CONTROL) - len(MARKUP))
    words.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in CONTROL])
    words.add_tokens([AddedToken(token, special=False, normalized=False) for token in MARKUP])
    shape = Shape(vocab_size=VOCABULARY)
    random = np.random.default_rng(SEED)
    model = Llama(shape, random)
    pairs = [(words.encode(prompt).ids, words.encode(answer).ids) for prompt, answer in documents(8000, Random(SEED))]
    train(model, pairs, STEPS, random)
    end, stop = (words.get_vocab()[token] for token in (END, STOP))
    for asked, wanted in SPEAKS.items():
        prompt = template().render(messages=[{"role": "user", "content": asked}], add_generation_prompt=True)
        said = words.decode(model.answer(words.encode(prompt).ids, frozenset({end, stop}), 80))
        if said != wanted:
            raise SystemExit(f"make_tiny_hf: the model learnt too little: it answers {asked!r} with {said!r}")
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape.vocab_size,
        "hidden_size": shape.hidden_size,
        "intermediate_size": shape.intermediate_size,
        "num_hidden_layers": shape.num_hidden_layers,
        "num_attention_heads": shape.num_attention_heads,
        "num_key_value_heads": shape.num_attention_heads,
        "head_dim": shape.head_dim,
        "hidden_act": "silu",
        "rms_norm_eps": 1e-6,
        "rope_theta": shape.rope_theta,
        "max_position_embeddings": CONTEXT,
        "tie_word_embeddings": True,
        "eos_token_id": end,
        "pad_token_id": stop,
    }
    generation = {"eos_token_id": [end, stop], "pad_token_id": stop}
    # By the response_template transformers serve finds calls in the text.
    response = {
        "defaults": {"role": "assistant"},
        "start_anchor": "<|im_start|>assistant\n",
        "fields": {
            "tool_calls": {
                "open_pattern": r"\s*<tool_call>",
                "close": "</tool_call>",
                "repeats": True,
                "content": "json",
                "transform": {"type": "function", "function": "{content}"},
            },
            "content": {"close_pattern": r"\s*(?:<\|im_end\|>|<\|endoftext\|>)", "content": "text"},
        },
    }
    named = {"eos_token": END, "pad_token": STOP, "model_max_length": CONTEXT, "response_template": response}
    (folder / "chat_template.jinja").write_text(TEMPLATE, encoding="utf-8")
    _write(folder, model.weights, words, config, {**named, "chat_template": TEMPLATE}, generation)


def make_embed(folder: Path, texts: Sequence[str]) -> None:
    """Write the embedding model, in the layout of sentence-transformers."""
    _bert(folder, texts, "BertModel", "", is_matryoshka=True)
    kind = "sentence_transformers.models."
    parts = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    modules = [
        {"idx": place, "name": str(place), "path": path, "type": kind + part}
        for place, (path, part) in enumerate(parts.items())
    ]
    _json(folder / "modules.json", modules)
    _json(folder / "1_Pooling/config.json", {"word_embedding_dimension": WIDTH, "pooling_mode_mean_tokens": True})
    _json(folder / "sentence_bert_config.json", {"max_seq_length": 512, "do_lower_case": False})
    (folder / "2_Normalize").mkdir(exist_ok=True)


def make_rerank(folder: Path, texts: Sequence[str]) -> None:
    """Write the model that ranks."""
    labels = {"id2label": {"0": "LABEL_0"}, "label2id": {"LABEL_0": 0}}
    _bert(folder, texts, "BertForSequenceClassification", "bert.", **labels)


def make_whisper(folder: Path, texts: Sequence[str]) -> None:
    """Write the speech model."""
    words = _words(texts, 400)
    words.add_special_tokens([AddedToken(mark, special=True, normalized=False) for mark in whisper.marks()])
    weights = _random(whisper.sizes(words.get_vocab_size()))
    whisper.switch(weights, words)
    config, generation = whisper.configuration(words)
    named = {f"{kind}_token": whisper.END for kind in ("unk", "bos", "eos")}
    tokenizer = {"tokenizer_class": "WhisperTokenizer", "model_max_length": whisper.SAID, **named}
    _write(folder, weights, words, config, tokenizer, generation)
    _json(folder / "preprocessor_config.json", whisper.HEARING)


def _bert(folder: Path, texts: Sequence[str], architecture: str, prefix: str, **more: Any) -> None:
    words = _words(texts, VOCABULARY, BERT)
    pad, _, cls, sep, _ = (words.get_vocab()[token] for token in BERT)
    words.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", cls), ("[SEP]", sep)]
    )
    sizes: dict[str, tuple[int, ...]] = {
        f"{prefix}embeddings.{kind}_embeddings.weight": (rows, WIDTH)
        for kind, rows in {"word": VOCABULARY, "position": 512, "token_type": 2}.items()
    }
    sizes |= _normed(f"{prefix}embeddings.LayerNorm")
    for layer in range(2):
        name = f"{prefix}encoder.layer.{layer}."
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            sizes |= _dense(f"{name}attention.{part}", WIDTH, WIDTH)
        sizes |= _normed(f"{name}attention.output.LayerNorm") | _normed(f"{name}output.LayerNorm")
        sizes |= _dense(f"{name}intermediate.dense", WIDTH, 2 * WIDTH) | _dense(f"{name}output.dense", 2 * WIDTH, WIDTH)
    sizes |= _dense(f"{prefix}pooler.dense", WIDTH, WIDTH)
    if prefix:
        sizes |= _dense("classifier", WIDTH, 1)
    config = {
        "architectures": [architecture],
        "model_type": "bert",
        "vocab_size": VOCABULARY,
        "hidden_size": WIDTH,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 2 * WIDTH,
        "hidden_act": "gelu",
        "max_position_embeddings": 512,
        "type_vocab_size": 2,
        "layer_norm_eps": 1e-12,
        "pad_token_id": pad,
        **more,
    }
    named = {f"{token.strip('[]').lower()}_token": token for token in BERT}
    _write(folder, _random(sizes), words, config, {**named, "model_max_length": 512})


def _words(texts: Iterable[str], size: int, first: Sequence[str] = ()) -> Tokenizer:
    """A byte-level tokenizer of the pieces that the texts have."""
    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    words.post_processor = processors.ByteLevel(trim_offsets=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(first), initial_alphabet=alphabet, show_progress=False
    )
    words.train_from_iterator(texts, trainer)
    return words


def _dense(name: str, width: int, out: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, width), f"{name}.bias": (out,)}


def _normed(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (WIDTH,), f"{name}.bias": (WIDTH,)}


def _random(sizes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """Weights of a model that nobody trained: matrices of noise, norms and biases that do nothing."""
    random = np.random.default_rng(SEED)
    weights: dict[str, Array] = {}
    for name, size in sizes.items():
        if len(size) > 1:
            weights[name] = random.standard_normal(size, dtype=np.float32) * np.float32(0.1)
        else:
            weights[name] = np.full(size, float("norm" in name.lower() and name.endswith("weight")), np.float32)
    return weights


def _write(
    folder: Path,
    weights: dict[str, Array],
    words: Tokenizer,
    config: Mapping[str, Any],
    named: Mapping[str, Any],
    generation: Mapping[str, Any] | None = None,
) -> None:
    """Write a checkpoint as transformers, mlx-lm and vLLM read it; dtype has an old name beside its new one."""
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    total = sum(weight.nbytes for weight in weights.values())
    where = dict.fromkeys(weights, "model.safetensors")
    # Without an index mlx-lm does not list the model.
    _json(folder / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": where})
    words.save(str(folder / "tokenizer.json"))
    _json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", **named})
    _json(folder / "config.json", {**config, "dtype": "float32", "torch_dtype": "float32"})
    if generation:
        _json(folder / "generation_config.json", generation)


def _json(path: Path, content: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Write tiny models for real local inference servers: seconds to make, under 3 MB each, no training.

usage: make_tiny_gguf.py OUT_DIR [NAME ...]      (needs: pip install gguf numpy)

  tiny-chat.gguf       chat model (llama arch, byte-level BPE, ChatML template with tools)
  tiny-think.gguf      the same with a template and habits of a reasoning model (<think>...</think>)
  tiny-embed.gguf      embedding model (bert arch, mean pooling, 32 dimensions)
  tiny-rerank.gguf     reranker (bert arch, rank pooling)
  tiny-mmproj.gguf     image projector for tiny-chat (clip arch, llava mlp projector; 4 tokens an image)
  tiny-audio.gguf      audio projector for tiny-chat (clip arch, ultravox projector)
  tiny-whisper.bin     speech model for whisper.cpp's server (its own ggml format)

The chat models are hand-set, not random noise: a Markov chain over token classes with random
choices inside a class, so that they

  * write sentences of plain English words and stop by themselves after about 20 tokens
    (finish_reason "stop"; "length" when max_tokens is smaller),
  * close JSON quickly when a grammar asks for JSON,
  * call a tool almost always when the prompt lists tools, and never when it does not or when a
    tool has already answered,
  * never leave ASCII unless a grammar asks for it.

Everything comes from a fixed seed: the same script and numpy give the same bytes.
"""

import pathlib
import struct
import sys

import numpy as np
from gguf import GGUFWriter, TokenType

SEED = 20250
WORDS = """a an and are as at be big blue bright but by can city cloud cold come day down each far
fast few find fine for from get give go good grass green grow has have he help her here high hill
his home how if in is it its keep know lake land last light like little long look low made make
many map may moon more most near new night no not now of old on one open or our out over people
place rain red river road round run sail sand say sea see she ship show sky slow small snow so
some song star stone sun that the then there they this time to town tree under up valley very
warm water way we white wide wind with word world yes you Oslo Rome""".split()

CHAT_TEMPLATE = """\
{%- if tools %}
{{- '<|im_start|>system\\n' }}
{%- if messages[0].role == 'system' %}{{- messages[0].content + '\\n\\n' }}{%- endif %}
{{- 'You may call these functions:\\n<tools>' }}
{%- for tool in tools %}{{- '\\n' }}{{- tool | tojson }}{%- endfor %}
{{- '\\n</tools>\\nTo call one, write its name and arguments as a JSON object.<|im_end|>\\n' }}
{%- elif messages[0].role == 'system' %}
{{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
{%- if message.role == 'assistant' %}
{{- '<|im_start|>assistant\\n' }}
%THOUGHT%
{%- if message.content %}{{- message.content }}{%- endif %}
{%- if message.tool_calls %}
{%- for call in message.tool_calls %}
{%- if call.function %}{%- set call = call.function %}{%- endif %}
{{- '\\n<tool_call>\\n{"name": "' + call.name + '", "arguments": ' }}{{- call.arguments | tojson }}{{- '}\\n</tool_call>' }}
{%- endfor %}
{%- endif %}
{{- '<|im_end|>\\n' }}
{%- elif message.role == 'tool' %}
{{- '<|im_start|>user\\n<tool_response>\\n' + message.content + '\\n</tool_response><|im_end|>\\n' }}
{%- elif not (loop.first and message.role == 'system') %}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
%THINK%
{%- endif %}
"""
THOUGHT = "{%- if message.reasoning_content %}{{- '<think>\\n' + message.reasoning_content + '\\n</think>\\n\\n' }}{%- endif %}"
THINK_SWITCH = (
    "{%- if enable_thinking is defined and not enable_thinking %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}"
)


def byte_alphabet():
    """GPT-2's printable stand-in for each byte."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, spare = {}, 256
    for b in range(256):
        if b in keep:
            table[b] = chr(b)
        else:
            table[b], spare = chr(spare), spare + 1
    return table


class Vocab:
    """Byte-level BPE tokens, each with the class that decides what it follows and what follows it."""

    SPECIAL = {
        "<|endoftext|>": "never",
        "<|im_start|>": "never",
        "<|im_end|>": "eos",
        "<tools>": "never",
        "</tools>": "never",
        "<tool_call>": "call",
        "</tool_call>": "tag",
        "<tool_response>": "never",
        "</tool_response>": "never",
        "<think>": "think",
        "</think>": "unthink",
    }
    CONTROL = {"<|endoftext|>", "<|im_start|>", "<|im_end|>"}

    def __init__(self):
        self.ids, self.cls, self.merges = {}, [], []
        table = byte_alphabet()
        for b in sorted(range(256), key=lambda b: table[b]):
            self.add(table[b], self.byte_class(b))
        space = table[32]
        for word in WORDS:
            for form in sorted({word, word.capitalize()}):
                self.chain(form, "cap" if form[0].isupper() else "bare")
                self.merge(space, form, "word" if form == word else "never")
        for text, cls in {
            ' "': "open",
            '{"': "nest",
            '["': "nest",
            '":': "endkey",
            '"}': "end",
            '"]': "end",
            '",': "next",
        }.items():
            self.chain(text.replace(" ", space), cls)
        for text, cls in self.SPECIAL.items():
            self.add(text, cls)

    @staticmethod
    def byte_class(b):
        c = chr(b)
        if b > 126 or (b < 32 and c != "\n"):
            return "never"
        return {
            '"': "quote",
            "}": "close",
            "]": "close",
            ":": "colon",
            ",": "comma",
            ".": "dot",
            "\n": "newline",
        }.get(c, "digit" if c.isdigit() else "letter" if c.isalpha() else "rare")

    def add(self, text, cls):
        if text not in self.ids:
            self.ids[text] = len(self.ids)
            self.cls.append(cls)
        elif self.cls[self.ids[text]] == "piece" and cls != "piece":
            self.cls[self.ids[text]] = cls

    def merge(self, left, right, cls):
        if (left, right) not in self.merges:
            self.merges.append((left, right))
        self.add(left + right, cls)

    def chain(self, text, cls):
        for i in range(1, len(text)):
            self.merge(text[:i], text[i], cls if i == len(text) - 1 else "piece")

    def write(self, w):
        w.add_tokenizer_model("gpt2")
        w.add_tokenizer_pre("gpt-2")
        w.add_token_list(list(self.ids))
        w.add_token_types(
            [
                TokenType.CONTROL
                if t in self.CONTROL
                else TokenType.USER_DEFINED
                if t in self.SPECIAL
                else TokenType.NORMAL
                for t in self.ids
            ]
        )
        w.add_token_merges([" ".join(m) for m in self.merges])
        w.add_bos_token_id(self.ids["<|endoftext|>"])
        w.add_eos_token_id(self.ids["<|im_end|>"])
        w.add_eot_token_id(self.ids["<|im_end|>"])
        w.add_pad_token_id(self.ids["<|endoftext|>"])
        w.add_add_bos_token(False)
        w.add_add_eos_token(False)


CLASSES = [
    "cap",
    "word",
    "dot",
    "comma",
    "eos",
    "newline",
    "call",
    "tag",
    "think",
    "unthink",  # text
    "bare",
    "quote",
    "open",
    "nest",
    "endkey",
    "end",
    "next",
    "close",
    "colon",
    "digit",  # JSON
    "letter",
    "rare",
    "piece",
    "never",
]
# What comes after a token of a class, as probabilities; everything else stays possible for a grammar.
VALUE_DONE = {"eos": 0.6, "close": 0.4}
NEXT = {
    "cap": {"word": 1},
    "word": {"word": 0.8, "dot": 0.15, "comma": 0.05},
    "dot": {"eos": 0.5, "word": 0.5},
    "comma": {"word": 1},
    "newline": {"cap": 1},
    "call": {"newline": 1},
    "tag": {"eos": 1},
    "think": {"cap": 1},
    "unthink": {"cap": 1},
    "eos": {"newline": 1},
    "bare": {"end": 0.5, "endkey": 0.4, "quote": 0.1},
    "quote": {"bare": 1},
    "open": {"bare": 1},
    "nest": {"bare": 1},
    "endkey": {"open": 0.7, "digit": 0.3},
    "end": VALUE_DONE,
    "close": VALUE_DONE,
    "next": {"open": 1},
    "colon": {"open": 1},
    "digit": {"close": 0.7, "digit": 0.3},
    "letter": {"end": 0.5, "endkey": 0.4, "quote": 0.1},
    "rare": {"bare": 0.6, "quote": 0.2, "eos": 0.2},
    "piece": {"letter": 1},
    "never": {"word": 1},
}
SELDOM = {
    "close": -10.0,
    "colon": -11.0,
    "newline": -13.0,
    "letter": -13.0,
    "digit": -13.0,
    "nest": -13.0,
    "call": -9.0,
    "tag": -9.0,
    "piece": -15.0,
    "rare": -16.0,
    "think": -22.0,
    "unthink": -22.0,
    "never": -40.0,
}
ELSE = -12.0


def chat(path, think=False):
    rng = np.random.default_rng(SEED)
    vocab = Vocab()
    n_vocab, d, heads, d_head, d_ff, layers, ctx = len(vocab.ids), 64, 4, 16, 128, 2, 4096
    index = {c: i for i, c in enumerate(CLASSES)}
    cls = np.array([index[c] for c in vocab.cls])
    # the hidden state: 32 dimensions of identity, one per class, then flags, then a constant
    ident, first, MARK, CALL, DONE, ONE = 32, 32, 57, 60, 61, 63
    embd = np.zeros((n_vocab, d), np.float32)
    embd[:, :ident] = rng.standard_normal((n_vocab, ident))
    embd[:, :ident] *= np.sqrt(ident) / np.linalg.norm(embd[:, :ident], axis=1, keepdims=True)
    embd[np.arange(n_vocab), first + cls] = 4
    embd[:, ONE] = 4  # 32 + 16 + 16 = 64: the RMS norm leaves these scales alone
    marks = {"<tools>": 0, "<tool_call>": 1, "<tool_response>": 1, "</think>": 2}
    for text, i in marks.items():
        embd[vocab.ids[text], MARK + i] = 4

    size = np.bincount(cls, minlength=len(CLASSES))
    logit = np.full((len(CLASSES), len(CLASSES)), ELSE)  # [previous class, next class]
    for c, v in SELDOM.items():
        logit[:, index[c]] = v
    for prev, row in NEXT.items():
        for nxt, p in row.items():
            logit[index[prev], index[nxt]] = np.log(p / size[index[nxt]])
    if think:
        logit[index["newline"], index["think"]] = 6
        logit[index["dot"], index["unthink"]] = 1
        logit[index["unthink"], index["eos"]] = ELSE
    out = np.zeros((n_vocab, d), np.float32)
    out[:, :ident] = 0.15 * rng.standard_normal((n_vocab, ident)) * (size[cls] > 1)[:, None]
    out[:, first : first + len(CLASSES)] = logit.T[cls] / 4
    out[vocab.ids["<tool_call>"], CALL] = 10
    if think:
        out[vocab.ids["<|im_end|>"], DONE], out[vocab.ids["<|im_end|>"], ONE] = 3, -3
        out[vocab.ids["</think>"], DONE] = out[vocab.ids["<think>"], DONE] = -6

    w = GGUFWriter(path, "llama")
    w.add_name(pathlib.Path(path).stem)
    w.add_vocab_size(n_vocab)
    w.add_context_length(ctx)
    w.add_embedding_length(d)
    w.add_block_count(layers)
    w.add_feed_forward_length(d_ff)
    w.add_head_count(heads)
    w.add_head_count_kv(heads)
    w.add_rope_dimension_count(d_head)
    w.add_rope_freq_base(1e6)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_file_type(0)
    vocab.write(w)
    w.add_chat_template(
        CHAT_TEMPLATE.replace("%THOUGHT%\n", THOUGHT + "\n" if think else "").replace(
            "%THINK%\n", THINK_SWITCH + "\n" if think else ""
        )
    )

    def tensor(name, array):
        w.add_tensor(name, np.ascontiguousarray(array, np.float32))

    tensor("token_embd.weight", embd)
    tensor("output.weight", out)
    tensor("output_norm.weight", np.ones(d))
    for il in range(layers):
        q, k, v = (0.2 * rng.standard_normal((d, d)) for _ in range(3))
        o = np.zeros((d, d))
        o[:ident] = 0.03 * rng.standard_normal((ident, d))  # layers disturb the identity only: context matters a little
        down = np.zeros((d, d_ff))
        down[:ident] = 0.03 * rng.standard_normal((ident, d_ff))
        if il == 0:  # heads 0-2 ask: is there a mark of this kind in the context?
            for head, (flag, value) in enumerate([(CALL, 3), (CALL, -4), (DONE, 4)]):
                rows = slice(head * d_head, (head + 1) * d_head)
                slow = head * d_head + d_head - 1  # the slowest rotary pair: distance hardly matters
                q[rows], k[rows], v[rows] = 0, 0, 0
                o[:, rows] = 0
                q[slow, ONE], k[slow, MARK + head] = (
                    5,
                    5,
                )  # 20 * 20 / sqrt(16) = 100 for a mark, 0 for other tokens
                v[slow, MARK + head] = 1
                o[flag, slow] = value / 4
        tensor(f"blk.{il}.attn_norm.weight", np.ones(d))
        tensor(f"blk.{il}.attn_q.weight", q)
        tensor(f"blk.{il}.attn_k.weight", k)
        tensor(f"blk.{il}.attn_v.weight", v)
        tensor(f"blk.{il}.attn_output.weight", o)
        tensor(f"blk.{il}.ffn_norm.weight", np.ones(d))
        tensor(f"blk.{il}.ffn_gate.weight", 0.2 * rng.standard_normal((d_ff, d)))
        tensor(f"blk.{il}.ffn_up.weight", 0.2 * rng.standard_normal((d_ff, d)))
        tensor(f"blk.{il}.ffn_down.weight", down)
    finish(w)


def bert(path, rerank=False):
    rng = np.random.default_rng(SEED + 1)
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(c) for c in range(33, 127) if not chr(c).isupper()]
    tokens += ["\u2581" + c for c in letters] + letters  # first letters, then letters that go on a word
    tokens += ["\u2581" + x for x in dict.fromkeys(x.lower() for x in [*WORDS, "hello", "bye"]) if len(x) > 1]
    d, d_ff, layers, heads, ctx = 32, 64, 2, 2, 512
    w = GGUFWriter(path, "bert")
    w.add_name(pathlib.Path(path).stem)
    w.add_context_length(ctx)
    w.add_embedding_length(d)
    w.add_block_count(layers)
    w.add_feed_forward_length(d_ff)
    w.add_head_count(heads)
    w.add_layer_norm_eps(1e-5)
    w.add_causal_attention(False)
    w.add_uint32("bert.pooling_type", 4 if rerank else 1)  # rank, mean
    w.add_file_type(0)
    w.add_tokenizer_model("bert")
    w.add_tokenizer_pre("jina-v2-en" if rerank else "default")
    w.add_token_list(tokens)
    w.add_token_types([TokenType.CONTROL if i < 5 else TokenType.NORMAL for i in range(len(tokens))])
    w.add_token_type_count(2)
    w.add_bos_token_id(2)
    w.add_eos_token_id(3)
    w.add_sep_token_id(3)
    w.add_unk_token_id(1)
    w.add_pad_token_id(0)
    w.add_mask_token_id(4)
    w.add_add_bos_token(True)
    w.add_add_eos_token(True)
    if rerank:
        w.add_add_sep_token(True)

    def tensor(name, *shape, scale=0.3):
        w.add_tensor(name, (scale * rng.standard_normal(shape)).astype(np.float32))

    def norm(name):
        w.add_tensor(name + ".weight", np.ones(d, np.float32))
        w.add_tensor(name + ".bias", np.zeros(d, np.float32))

    tensor("token_embd.weight", len(tokens), d, scale=1)
    tensor("position_embd.weight", ctx, d, scale=0.1)
    tensor("token_types.weight", 2, d, scale=0.1)
    norm("token_embd_norm")
    for il in range(layers):
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            tensor(f"blk.{il}.{part}.weight", d, d)
            tensor(f"blk.{il}.{part}.bias", d, scale=0.01)
        tensor(f"blk.{il}.ffn_up.weight", d_ff, d)
        tensor(f"blk.{il}.ffn_up.bias", d_ff, scale=0.01)
        tensor(f"blk.{il}.ffn_down.weight", d, d_ff)
        tensor(f"blk.{il}.ffn_down.bias", d, scale=0.01)
        norm(f"blk.{il}.attn_output_norm")
        norm(f"blk.{il}.layer_output_norm")
    if rerank:
        tensor("cls.weight", d, d)
        tensor("cls.bias", d, scale=0.01)
        tensor("cls.output.weight", 1, d)
        tensor("cls.output.bias", 1, scale=0.01)
    finish(w)


def projector(path, kind):
    """kind "vision": llava's clip encoder and mlp; kind "audio": whisper's encoder and ultravox's projector."""
    rng = np.random.default_rng(SEED + 2)
    d, d_ff, heads, layers, d_text = 32, 64, 2, 2, 64
    p, vision = kind, kind == "vision"
    w = GGUFWriter(path, "clip")
    w.add_name(pathlib.Path(path).stem)
    w.add_bool(f"clip.has_{p}_encoder", True)
    w.add_string("clip.projector_type", "mlp" if vision else "ultravox")
    w.add_uint32(f"clip.{p}.embedding_length", d)
    w.add_uint32(f"clip.{p}.feed_forward_length", d_ff)
    w.add_uint32(f"clip.{p}.attention.head_count", heads)
    w.add_float32(f"clip.{p}.attention.layer_norm_epsilon", 1e-5)
    w.add_uint32(f"clip.{p}.block_count", layers)
    w.add_uint32(f"clip.{p}.projection_dim", d_text)
    w.add_bool("clip.use_gelu", True)
    w.add_file_type(0)

    def tensor(name, *shape, scale=0.05, dtype=np.float32):
        w.add_tensor(name, (scale * rng.standard_normal(shape)).astype(dtype))

    def norm(name):
        w.add_tensor(name + ".weight", np.ones(d, np.float32))
        w.add_tensor(name + ".bias", np.zeros(d, np.float32))

    v = "v" if vision else "a"
    if vision:
        size, patch = 28, 14
        w.add_uint32("clip.vision.image_size", size)
        w.add_uint32("clip.vision.patch_size", patch)
        w.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
        w.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])
        tensor("v.class_embd", d)
        tensor("v.patch_embd.weight", d, 3, patch, patch)
        tensor("v.position_embd.weight", (size // patch) ** 2 + 1, d)
        tensor("mm.0.weight", d_text, d)
        tensor("mm.0.bias", d_text)
        tensor("mm.2.weight", d_text, d_text)
        tensor("mm.2.bias", d_text)
    else:
        mels, stack = 80, 10
        w.add_uint32("clip.audio.num_mel_bins", mels)
        w.add_uint32("clip.audio.projector.stack_factor", stack)
        tensor("a.conv1d.1.weight", d, mels, 3, dtype=np.float16)
        tensor("a.conv1d.1.bias", d, 1)
        tensor("a.conv1d.2.weight", d, d, 3, dtype=np.float16)
        tensor("a.conv1d.2.bias", d, 1)
        tensor("a.position_embd.weight", 1500, d)
        tensor("mm.a.mlp.1.weight", 2 * d_text, d * stack)
        tensor("mm.a.mlp.2.weight", d_text, d_text)
        w.add_tensor("mm.a.norm_pre.weight", np.ones(d * stack, np.float32))
        w.add_tensor("mm.a.norm_mid.weight", np.ones(d_text, np.float32))
    norm(v + (".pre_ln" if vision else ".post_ln"))
    for il in range(layers):
        b = f"{v}.blk.{il}."
        for part in ("attn_q", "attn_k", "attn_v", "attn_out"):
            tensor(b + part + ".weight", d, d)
            if vision or part != "attn_k":
                tensor(b + part + ".bias", d)
        tensor(b + "ffn_up.weight", d_ff, d)
        tensor(b + "ffn_up.bias", d_ff)
        tensor(b + "ffn_down.weight", d, d_ff)
        tensor(b + "ffn_down.bias", d)
        norm(b + "ln1")
        norm(b + "ln2")
    finish(w)


def whisper(path):
    """whisper.cpp's own format: header, mel filters, vocabulary, tensors. Says a few words, then stops."""
    rng = np.random.default_rng(SEED + 3)
    n_vocab, n_text_tokens, ctx_a, d, heads, layers, ctx_t, mels, n_fft = (
        51864,
        50257,
        1500,
        16,
        2,
        4,
        448,
        80,
        201,
    )
    eot, begin = 50256, 50363  # english-only models: end of text, first timestamp
    with pathlib.Path(path).open("wb") as f:
        f.write(struct.pack("<12i", 0x67676D6C, n_vocab, ctx_a, d, heads, layers, ctx_t, d, heads, layers, mels, 1))
        f.write(struct.pack("<2i", mels, n_fft))
        edges = np.linspace(0, n_fft - 1, mels + 2)
        bins = np.arange(n_fft)
        filters = [
            np.clip(np.minimum((bins - lo) / (mid - lo), (hi - bins) / (hi - mid)), 0, None)
            for lo, mid, hi in zip(edges[:-2], edges[1:-1], edges[2:], strict=True)
        ]
        f.write((np.array(filters) * 0.02).astype("<f4").tobytes())
        words = [" " + x for x in WORDS] + [" "]
        f.write(struct.pack("<i", n_text_tokens))
        for i in range(n_text_tokens):
            text = (words[i] if i < len(words) else f" w{i}").encode()
            f.write(struct.pack("<i", len(text)) + text)

        def tensor(name, array, half=False):
            array = np.asarray(array, "<f2" if half else "<f4")
            f.write(struct.pack("<3i", array.ndim, len(name), int(half)))
            f.write(struct.pack(f"<{array.ndim}i", *array.shape[::-1]) + name.encode() + array.tobytes())

        def rand(*shape, scale=0.1):
            return scale * rng.standard_normal(shape)

        def norm(name):
            tensor(name + ".weight", np.ones(d))
            tensor(name + ".bias", np.zeros(d))

        # the last norm makes dimension 0 the constant 1, so column 0 of the tied embedding is a bias on each token
        embd = rand(n_vocab, d, scale=0.3)
        embd[:, 0] = -20
        embd[rng.choice(len(WORDS), 12, replace=False), 0] = 2
        embd[eot, 0], embd[begin:, 0] = 2.8, -6
        tensor("encoder.positional_embedding", rand(ctx_a, d))
        tensor("encoder.conv1.weight", rand(d, mels, 3), half=True)
        tensor("encoder.conv1.bias", rand(d, 1))
        tensor("encoder.conv2.weight", rand(d, d, 3), half=True)
        tensor("encoder.conv2.bias", rand(d, 1))
        norm("encoder.ln_post")
        tensor("decoder.positional_embedding", rand(ctx_t, d, scale=1))
        tensor("decoder.token_embedding.weight", embd, half=True)
        one = np.zeros(d)
        one[0] = 1
        tensor("decoder.ln.weight", 1 - one)
        tensor("decoder.ln.bias", one)
        for side in ("encoder", "decoder"):
            for il in range(layers):
                b = f"{side}.blocks.{il}."
                for attn in ("attn", "cross_attn")[: 1 if side == "encoder" else 2]:
                    norm(b + attn + "_ln")
                    for part in ("query", "key", "value", "out"):
                        tensor(f"{b}{attn}.{part}.weight", rand(d, d), half=True)
                        if part != "key":
                            tensor(f"{b}{attn}.{part}.bias", rand(d))
                norm(b + "mlp_ln")
                tensor(b + "mlp.0.weight", rand(4 * d, d), half=True)
                tensor(b + "mlp.0.bias", rand(4 * d))
                tensor(b + "mlp.2.weight", rand(d, 4 * d), half=True)
                tensor(b + "mlp.2.bias", rand(d))


def finish(w):
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


MODELS = {
    "tiny-chat.gguf": chat,
    "tiny-think.gguf": lambda path: chat(path, think=True),
    "tiny-embed.gguf": bert,
    "tiny-rerank.gguf": lambda path: bert(path, rerank=True),
    "tiny-mmproj.gguf": lambda path: projector(path, "vision"),
    "tiny-audio.gguf": lambda path: projector(path, "audio"),
    "tiny-whisper.bin": whisper,
}


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or MODELS:
        MODELS[name](str(out / name))
        print(f"{name}  {(out / name).stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()

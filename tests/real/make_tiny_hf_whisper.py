"""The weights and configuration of a Whisper that nobody trained: it hears anything, and writes a dozen letters.

The embedding of the decoder is its head too, so three of its columns are switches. By column 0 printable letters are
always likely; by column 1, which the positions switch on, the end is likely after a dozen tokens; by column 2, which
the first position switches on, the language is English.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from make_tiny_hf_llama import Array
    from tokenizers import Tokenizer

WIDTH = 64
INNER = 128
MEL_BINS = 80
HEARD, SAID = 1500, 448
"""Positions of the sound and of the text."""
END, START = "<|endoftext|>", "<|startoftranscript|>"
TASKS = ("translate", "transcribe")
# All of Whisper's, in its order: vLLM guesses the language from them, and stops where one is missing.
LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml "
    "cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am "
    "yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue"
).split()


def marks() -> list[str]:
    """The tokens that are no letters: languages, tasks, and 1501 times."""
    spoken = [f"<|{word}|>" for word in (*LANGUAGES, *TASKS)]
    others = ["<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    return [END, START, *spoken, *others, *(f"<|{place * 0.02:.2f}|>" for place in range(1501))]


def sizes(vocabulary: int) -> dict[str, tuple[int, ...]]:
    """The names and shapes of the weights."""
    found: dict[str, tuple[int, ...]] = {
        "model.encoder.conv1.weight": (WIDTH, MEL_BINS, 3),
        "model.encoder.conv1.bias": (WIDTH,),
        "model.encoder.conv2.weight": (WIDTH, WIDTH, 3),
        "model.encoder.conv2.bias": (WIDTH,),
        "model.encoder.embed_positions.weight": (HEARD, WIDTH),
        "model.decoder.embed_tokens.weight": (vocabulary, WIDTH),
        "model.decoder.embed_positions.weight": (SAID, WIDTH),
    }
    for side, kinds in {"encoder": ("self_attn",), "decoder": ("self_attn", "encoder_attn")}.items():
        layer = f"model.{side}.layers.0."
        for kind in kinds:
            found |= {f"{layer}{kind}.{part}_proj.weight": (WIDTH, WIDTH) for part in ("q", "k", "v", "out")}
            found |= {f"{layer}{kind}.{part}_proj.bias": (WIDTH,) for part in ("q", "v", "out")}
        found |= {f"{layer}fc1.weight": (INNER, WIDTH), f"{layer}fc1.bias": (INNER,)}
        found |= {f"{layer}fc2.weight": (WIDTH, INNER), f"{layer}fc2.bias": (WIDTH,)}
        for norm in (*(f"layers.0.{kind}_layer_norm" for kind in kinds), "layers.0.final_layer_norm", "layer_norm"):
            found |= {f"model.{side}.{norm}.{part}": (WIDTH,) for part in ("weight", "bias")}
    return found


def switch(weights: Mapping[str, Array], words: Tokenizer) -> None:
    """Set the three columns that decide what is said."""
    tokens = weights["model.decoder.embed_tokens.weight"]
    places = weights["model.decoder.embed_positions.weight"]
    ids = words.get_vocab()
    letters = len(ids) - len(marks())
    for token in range(len(tokens)):
        text = words.decode([token]) if token < letters else ""
        tokens[token, 0] = 1.0 if text.strip() and text.isascii() and text.isprintable() else -1.0
    tokens[:, 1:3] = 0.0
    tokens[ids[END], 1] = 9.0
    tokens[ids["<|en|>"], 2] = 9.0
    weights["model.decoder.layer_norm.bias"][0] = 10.0
    places[16:, 1] = 60.0
    places[0, 2] = 60.0


def configuration(words: Tokenizer) -> tuple[dict[str, Any], dict[str, Any]]:
    """config.json and generation_config.json."""
    ids = words.get_vocab()
    special = {
        "decoder_start_token_id": ids[START],
        "bos_token_id": ids[END],
        "eos_token_id": ids[END],
        "pad_token_id": ids[END],
    }
    config: dict[str, Any] = {
        "architectures": ["WhisperForConditionalGeneration"],
        "model_type": "whisper",
        "vocab_size": len(ids),
        "d_model": WIDTH,
        "num_mel_bins": MEL_BINS,
        "max_source_positions": HEARD,
        "max_target_positions": SAID,
        "activation_function": "gelu",
        "is_encoder_decoder": True,
        "tie_word_embeddings": True,
        "suppress_tokens": None,
        "begin_suppress_tokens": None,
        **special,
    }
    for side in ("encoder", "decoder"):
        config |= {f"{side}_layers": 1, f"{side}_attention_heads": 2, f"{side}_ffn_dim": INNER}
    generation = {
        **special,
        "lang_to_id": {f"<|{language}|>": ids[f"<|{language}|>"] for language in LANGUAGES},
        "task_to_id": {task: ids[f"<|{task}|>"] for task in TASKS},
        "no_timestamps_token_id": ids["<|notimestamps|>"],
        "prev_sot_token_id": ids["<|startofprev|>"],
        "is_multilingual": True,
        "max_length": SAID,
        "max_initial_timestamp_index": 50,
        "return_timestamps": False,
    }
    return config, generation


# What WhisperFeatureExtractor reads; its filters follow from it.
HEARING = {
    "feature_extractor_type": "WhisperFeatureExtractor",
    "processor_class": "WhisperProcessor",
    "feature_size": MEL_BINS,
    "sampling_rate": 16000,
    "hop_length": 160,
    "chunk_length": 30,
    "n_fft": 400,
    "n_samples": 480000,
    "nb_max_frames": 3000,
    "padding_side": "right",
    "padding_value": 0.0,
    "return_attention_mask": False,
}

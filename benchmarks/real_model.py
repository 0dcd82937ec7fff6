"""A real model on a real server: nothing that a model of random weights writes gets through, and every answer stands.

    pip install 'whosaid[benchmarks]'
    python benchmarks/real_model.py [--questions 6] [--answer-tokens 120]

Makes a small Llama of random weights with a byte tokenizer, serves it with ``transformers serve`` (OpenAI's protocol,
token by token), builds the collection of the sample reports, starts ``qa serve`` with that model and asks questions,
streamed, the first of them on the page in Chromium too. Every answer must be the one that is given without a model,
with a note that says why. Ends with status 1 where one is not. No model hub is asked.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from latency import QA, free_port, wait_ready
from stage import chromium

from qa.samples import paths


def make_model(folder: Path) -> None:
    """A Llama of two layers and random weights, its tokens single bytes, ready to be served."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    tokens = ["<s>", "</s>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    bytes_ = Tokenizer(models.BPE(vocab={token: number for number, token in enumerate(tokens)}, merges=[]))
    bytes_.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytes_.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bytes_, bos_token="<s>", eos_token="</s>", pad_token="</s>")
    tokenizer.chat_template = (
        "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\n' }}{% endfor %}assistant: "
    )
    tokenizer.save_pretrained(folder)
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(tokens),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=32_768,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )
    model = LlamaForCausalLM(config)
    model.generation_config.do_sample = True
    model.save_pretrained(folder)


@contextmanager
def process(command: list[str], url: str, **env: str) -> Iterator[None]:
    """A server while the block lasts, from when it answers."""
    server = subprocess.Popen(command, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_ready(url, server, 600.0)
        yield
    finally:
        server.terminate()
        server.wait(60)


def served(url: str, folder: Path) -> float:
    """Waits until the model answers; the seconds that its first ten tokens took."""
    told = {"model": str(folder), "max_tokens": 10, "messages": [{"role": "user", "content": "Who?"}]}
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{url}/v1/chat/completions", json.dumps(told).encode(), headers)
    for _ in range(600):
        began = time.perf_counter()
        try:
            with urllib.request.urlopen(request, timeout=300) as response:
                json.load(response)
            return time.perf_counter() - began
        except urllib.error.HTTPError as error:
            raise SystemExit(f"the model cannot be served (is accelerate installed?): {error}") from error
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the model was not served in time")


def ask(url: str, question: str) -> tuple[str, dict]:
    """The text as it was streamed, and the answer."""
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(f"{url}/api/ask/stream", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as response:
        events = [event.split("\ndata: ", 1) for event in response.read().decode().strip().split("\n\n")]
    told = "".join(json.loads(data)["text"] for name, data in events if name == "event: token")
    return told, json.loads(events[-1][1])


def on_page(url: str, question: str) -> tuple[str, str]:
    """The card that the page shows at last, and the note in it."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto(url)
        page.locator("#question").fill(question)
        page.locator("#question").press("Enter")
        card = page.locator(".card.answer:not(.making)")
        note = card.locator(".note")
        note.wait_for(timeout=300_000)
        return card.inner_text(), note.inner_text()


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--questions", type=int, default=6)
    p.add_argument("--answer-tokens", type=int, default=120, help="how much the model writes")
    p.add_argument("--gold", type=Path, default=Path("tests/evaluation/gold.jsonl"))
    o = p.parse_args()
    cases = [json.loads(line) for line in o.gold.read_text("utf-8").splitlines() if line.strip()]
    asked = [case["question"] for case in cases if case["kind"] in ("who", "what", "verify")][: o.questions]
    with tempfile.TemporaryDirectory() as folder:
        model, index = Path(folder) / "model", ["--index", str(Path(folder) / "index")]
        make_model(model)
        subprocess.run([*QA, *index, "add", *map(str, paths())], check=True, stdout=subprocess.DEVNULL)
        port = free_port()
        with process([*QA, *index, "serve", "--port", str(port)], f"http://127.0.0.1:{port}"):
            plain = [ask(f"http://127.0.0.1:{port}", question)[1] for question in asked]
        where = free_port()
        serve = [str(Path(sys.executable).parent / "transformers"), "serve"]
        server = subprocess.Popen(
            [*serve, "--host", "127.0.0.1", "--port", str(where), "--device", "cpu"],
            env=os.environ | {"HF_HUB_OFFLINE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            print(f"ten tokens in {served(f'http://127.0.0.1:{where}', model):.1f} s")
            settings = {
                "QA_MODEL": f"openai:{model}",
                "QA_MODEL_URL": f"http://127.0.0.1:{where}/v1",
                "QA_MODEL_ANSWER_TOKENS": str(o.answer_tokens),
                "QA_MODEL_ATTEMPTS": "1",
                "QA_MODEL_DEADLINE": "120",
            }
            with process([*QA, *index, "serve", "--port", str(port)], f"http://127.0.0.1:{port}", **settings):
                given = [ask(f"http://127.0.0.1:{port}", question) for question in asked]
                shown, note = on_page(f"http://127.0.0.1:{port}", asked[0])
        finally:
            server.terminate()
            server.wait(60)
    wrong = int(not (note == given[0][1]["note"] and given[0][1]["citations"][0]["quote"] in " ".join(shown.split())))
    print(f"{'WRONG' if wrong else 'kept'}  on the page: {note}")
    for question, without, (told, answer) in zip(asked, plain, given, strict=True):
        same = told == answer["answer"] == without["answer"] and answer["mode"] == "extractive"
        said_why = without["abstained"] or bool(answer["note"])
        wrong += not (same and said_why)
        print(f"{'kept' if same and said_why else 'WRONG'}  {question}\n      {answer['note']}")
    print(f"{len(asked) + 1 - wrong} of {len(asked) + 1} answers kept")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

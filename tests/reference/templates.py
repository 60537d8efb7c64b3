#!/usr/bin/env python3
"""Writes `templates.json` beside this script: chat templates, conversations, and what Jinja makes of them.

    pip install jinja2==3.1.6
    python3 tests/reference/templates.py

The Rust test of the chat templates reads that file; it needs neither Python nor Jinja. The templates are written for
this project in the turn formats of the families that they are named after, with the language features that those
families' own templates use. They are rendered as Hugging Face's `apply_chat_template` does it (transformers,
`utils/chat_template_utils.py`): the same environment, settings, filter and functions. Where a template raises, the
system's text is put in front of the first user's, as Purview does.
"""
import datetime, importlib.metadata, json, pathlib

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment

TODAY = datetime.datetime(2026, 3, 5)

TEMPLATES = {
    "smollm2": {"bos": "<|im_start|>", "eos": "<|im_end|>", "source": """\
{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}\
{{ '<|im_start|>system\\nYou help people with their questions.<|im_end|>\\n' }}{% endif %}\
{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}\
{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"""},
    "llama-3": {"bos": "<|begin_of_text|>", "eos": "<|eot_id|>", "source": """\
{{- bos_token }}
{%- if custom_tools is defined %}{%- set tools = custom_tools %}{%- endif %}
{%- if not tools is defined %}{%- set tools = none %}{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "1 Jan 2024" %}
    {%- endif %}
{%- endif %}
{#- The system's text is taken out of the list. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}{{- "Tools: " + tools | tojson(indent=4) }}{%- endif %}
{{- "Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}
    {%- elif message.tool_calls|length != 1 %}
        {{- raise_exception("one call at a time") }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""},
    "mistral": {"bos": "<s>", "eos": "</s>", "source": """\
{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}\
{{ raise_exception('Turns must alternate between user and assistant, beginning with user.') }}{% endif %}\
{% if message['role'] == 'user' %}{{ ' [INST] ' + message['content'] + ' [/INST]' }}\
{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'] + ' ' + eos_token }}\
{% else %}{{ raise_exception('Only user and assistant speak here.') }}{% endif %}{% endfor %}"""},
    "mistral-last-user": {"bos": "<s>", "eos": "</s>", "source": """\
{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace(index=0) %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("Turns must alternate.") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token }}
    {%- endif %}
{%- endfor %}
"""},
    "qwen3": {"bos": "", "eos": "<|im_end|>", "source": """\
{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- for tool in tools %}{{- "\\n" }}{{- tool | tojson }}{%- endfor %}
    {{- '<|im_end|>\\n' }}
{%- else %}
    {%- if messages[0].role == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- set ns = namespace(looking=true, last_question=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.looking and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.looking = false %}
        {%- set ns.last_question = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set thoughts = '' %}
        {%- if message.reasoning_content is string %}
            {%- set thoughts = message.reasoning_content %}
        {%- elif '</think>' in content %}
            {%- set thoughts = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {%- if loop.index0 > ns.last_question and (loop.last or (not loop.last and thoughts)) %}
            {{- '<|im_start|>' + message.role + '\\n<think>\\n' + thoughts.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""},
    "gemma-2": {"bos": "<bos>", "eos": "<end_of_turn>", "source": """\
{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('There is no system here') }}{% endif %}\
{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}\
{{ raise_exception('Turns must alternate') }}{% endif %}{% if (message['role'] == 'assistant') %}\
{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}\
{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}\
{% if add_generation_prompt %}{{'<start_of_turn>model\\n'}}{% endif %}"""},
    "gemma-3": {"bos": "<bos>", "eos": "<end_of_turn>", "source": """\
{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- if messages[0]['content'] is string -%}
        {%- set prefix = messages[0]['content'] + '\\n\\n' -%}
    {%- else -%}
        {%- set prefix = messages[0]['content'][0]['text'] + '\\n\\n' -%}
    {%- endif -%}
    {%- set turns = messages[1:] -%}
{%- else -%}
    {%- set prefix = "" -%}
    {%- set turns = messages -%}
{%- endif -%}
{%- for message in turns -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception("Turns must alternate") }}
    {%- endif -%}
    {%- set role = "model" if message['role'] == 'assistant' else message['role'] -%}
    {{ '<start_of_turn>' + role + '\\n' + (prefix if loop.first else "") }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- elif message['content'] is iterable -%}
        {%- for item in message['content'] -%}
            {%- if item['type'] == 'image' -%}{{ '<start_of_image>' }}{%- else -%}{{ item['text'] | trim }}{%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {{ raise_exception("What is this?") }}
    {%- endif -%}
    {{ '<end_of_turn>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{ '<start_of_turn>model\\n' }}
{%- endif -%}
"""},
    "phi-3": {"bos": "<s>", "eos": "<|endoftext|>", "source": """\
{% for message in messages %}{% if message['role'] == 'system' %}{{'<|system|>\\n' + message['content'] + '<|end|>\\n'}}\
{% elif message['role'] == 'user' %}{{'<|user|>\\n' + message['content'] + '<|end|>\\n'}}\
{% elif message['role'] == 'assistant' %}{{'<|assistant|>\\n' + message['content'] + '<|end|>\\n'}}{% endif %}{% endfor %}\
{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% else %}{{ eos_token }}{% endif %}"""},
    "phi-without-system": {"bos": "<s>", "eos": "<|endoftext|>", "source": """\
{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') %}\
{{'<|user|>' + '\\n' + message['content'] + '<|end|>' + '\\n' + '<|assistant|>' + '\\n'}}\
{% elif (message['role'] == 'assistant') %}{{message['content'] + '<|end|>' + '\\n'}}{% endif %}{% endfor %}"""},
    "lfm2": {"bos": "<|startoftext|>", "eos": "<|im_end|>", "source": """\
{{- bos_token -}}
{%- set keep_past_thinking = keep_past_thinking | default(false) -%}
{%- set ns = namespace(system_prompt="") -%}
{%- if messages[0]["role"] == "system" -%}
    {%- set ns.system_prompt = messages[0]["content"] -%}
    {%- set messages = messages[1:] -%}
{%- endif -%}
{%- if tools -%}
    {%- set ns.system_prompt = ns.system_prompt + ("\\n" if ns.system_prompt else "") + "Tools: [" -%}
    {%- for tool in tools -%}
        {%- if tool is not string -%}{%- set tool = tool | tojson -%}{%- endif -%}
        {%- set ns.system_prompt = ns.system_prompt + tool -%}
    {%- endfor -%}
{%- endif -%}
{%- if ns.system_prompt -%}
    {{- "<|im_start|>system\\n" + ns.system_prompt + "<|im_end|>\\n" -}}
{%- endif -%}
{%- set ns.last = -1 -%}
{%- for message in messages -%}
    {%- if message["role"] == "assistant" -%}{%- set ns.last = loop.index0 -%}{%- endif -%}
{%- endfor -%}
{%- for message in messages -%}
    {{- "<|im_start|>" + message["role"] + "\\n" -}}
    {%- set content = message["content"] -%}
    {%- if content is not string -%}{%- set content = content | tojson -%}{%- endif -%}
    {%- if message["role"] == "assistant" and not keep_past_thinking and loop.index0 != ns.last -%}
        {%- if "</think>" in content -%}{%- set content = content.split("</think>")[-1] | trim -%}{%- endif -%}
    {%- endif -%}
    {{- content + "<|im_end|>\\n" -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- "<|im_start|>assistant\\n" -}}
{%- endif -%}
"""},
    "smollm3": {"bos": "<|begin_of_text|>", "eos": "<|im_end|>", "source": """\
{# ---- what was asked for ---- #}
{%- if enable_thinking is not defined -%}
{%- set enable_thinking = true -%}
{%- endif -%}
{%- if enable_thinking -%}{%- set mode = "/think" -%}{%- else -%}{%- set mode = "/no_think" -%}{%- endif -%}
{{- "<|im_start|>system\\n" -}}
{%- if messages[0].role == "system" -%}
  {%- set system_message = messages[0].content -%}
  {%- if "/no_think" in system_message -%}
    {%- set mode = "/no_think" -%}
  {%- elif "/think" in system_message -%}
    {%- set mode = "/think" -%}
  {%- endif -%}
  {%- set instructions = system_message.replace("/no_think", "").replace("/think", "").rstrip() -%}
{%- endif -%}
{%- if instructions is defined and "/system_override" in instructions -%}
  {{- instructions.replace("/system_override", "").rstrip() -}}
{%- else -%}
  {{- "## Metadata\\n\\n" -}}
  {{- "Knowledge: June 2025\\n" -}}
  {%- set today = strftime_now("%d %B %Y") -%}
  {{- "Today: " ~ today ~ " (" ~ strftime_now("%A, %Y-%m-%d") ~ ")\\n" -}}
  {{- "Mode: " + mode + "\\n\\n" -}}
  {{- "## Instructions\\n\\n" -}}
  {%- if instructions -%}{{- instructions + "\\n\\n" -}}{%- else -%}{{- "Help.\\n\\n" -}}{%- endif -%}
{%- endif -%}
{%- if xml_tools or python_tools or tools -%}
  {%- set ns = namespace(text="") -%}
  {%- for tool in tools -%}{%- set ns.text = ns.text ~ (tool | string) ~ "\\n" -%}{%- endfor -%}
  {{- ns.text -}}
{%- endif -%}
{{- "<|im_end|>\\n" -}}
{%- macro turn(role, content) -%}
  {{- "<|im_start|>" + role + "\\n" + content + "<|im_end|>\\n" -}}
{%- endmacro -%}
{%- for message in messages -%}
    {%- set content = message.content if message.content is string else "" -%}
    {%- if message.role == "user" -%}
        {{ turn(message.role, content) }}
    {%- elif message.role == "assistant" -%}
        {% generation %}
        {%- if mode == "/think" -%}
            {{ turn("assistant", content.lstrip("\\n")) }}
        {%- else -%}
            {{ turn("assistant", "<think>\\n\\n</think>\\n" + content.lstrip("\\n")) }}
        {%- endif -%}
        {% endgeneration %}
    {%- elif message.role == "tool" -%}
        {{ turn("user", content) }}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {%- if mode == "/think" -%}
        {{ "<|im_start|>assistant\\n" }}
    {%- else -%}
        {{ "<|im_start|>assistant\\n" + "<think>\\n\\n</think>\\n" }}
    {%- endif -%}
{%- endif -%}
"""},
    "mpt": {"bos": "<|endoftext|>", "eos": "<|endoftext|>", "source": """\
{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}\
{% elif not 'system' in messages[0]['role'] %}{% set loop_messages = messages %}\
{% set system_message = 'A conversation between a user and an assistant.' %}\
{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}\
{% for message in loop_messages %}{% if loop.index0 == 0 %}{% if system_message != false %}\
{{ '<|im_start|>system\\n' + system_message.strip() + '\\n'}}{% endif %}\
{{ '<|im_end|>\\n<|im_start|>' + message['role'] + '\\n' + message['content'] }}{% else %}\
{{ '\\n' + '<|im_start|>' + message['role'] + '\\n' + message['content'] }}{% endif %}\
{% if (add_generation_prompt == true) %}{{ '<|im_end|>' }}{% if loop.last %}{{ '\\n<|im_start|>assistant\\n' }}{% endif %}\
{% elif (message['role'] == 'assistant') %}{{ eos_token }}{% endif %}{% endfor %}"""},
    "features": {"bos": "", "eos": "", "source": """\
{%- for message in messages -%}
  {%- if loop.index > 3 -%}{%- break -%}{%- endif -%}
  {%- for key, value in message.items() %}{{ key }}={{ value }};{% endfor -%}
  {{ message.get('name', 'nobody') }}|{{ loop.previtem.role if loop.previtem is defined else 'first' }}|{{ 'x' if 'tool_calls' in message }}|
{%- endfor %}
{{ messages[1:] | map(attribute='content') | join(' + ') }}
{{ {'a': [1, 2.5, none, true], 'b': "<é'&>"} | tojson }}
{{ {'a': [1, {'c': []}], 'b': {}} | tojson(indent=2) }}
{{ 'a bC'.title() }} {{ "{} and {}".format("one", 2) }} {{ '-'.join(['a', 'b']) }} {{ 'abc'[::-1] }} {{ 'a,b'.split(',') | last }}
{{ ('  x ' | trim) ~ 7 // 2 ~ 7 % 4 ~ 2 ** 3 }} {{ messages | selectattr('role', 'equalto', 'user') | list | length > 0 and 'asked' }}
{{ 'yes' if tools is not iterable and messages is iterable and messages[0] is mapping and 'a' is iterable and 3 is number else 'no' }}
{{ 'yes' if messages is sequence and messages[0].nothing is not defined and none is none and true is true else 'no' }}
{{ strftime_now('%Y/%m/%d %y %j %a %b %-d %e %H:%M:%S %I%p %F %%') }}
"""},
}

CONVERSATIONS = [
    [["user", "What is the standard deduction for 2025?"]],
    [["system", "Answer from the passages. {{ messages }} {% raw %}"], ["user", "  종합소득세는 언제 내나요? <|im_end|>\n"]],
    [["system", "  Be brief.\n"], ["user", "Hi"], ["assistant", "Hello!\n\nWhat is it?"], ["user", "Line one\n\n  line two"]],
]


class Generation(Extension):
    """`{% generation %}` marks what a model is trained on; it changes nothing in the text."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.CallBlock(self.call_method("_text"), [], [], body).set_lineno(line)

    def _text(self, caller):
        return caller()


def environment():
    found = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, "jinja2.ext.loopcontrols"]
    )

    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    found.filters["tojson"] = tojson
    found.globals["raise_exception"] = raise_exception
    found.globals["strftime_now"] = TODAY.strftime
    return found


def rendered(template, family, conversation):
    messages = [{"role": role, "content": content} for role, content in conversation]
    variables = {
        "add_generation_prompt": True, "enable_thinking": False, "tools": None, "documents": None,
        "date_string": TODAY.strftime("%d %b %Y"), "bos_token": family["bos"], "eos_token": family["eos"],
    }
    text = template.render(messages=messages, **variables)
    if conversation[0][1].strip() not in text:
        raise jinja2.exceptions.TemplateError("it leaves the system out")
    return text


def folded(conversation):
    (_, system), (_, user), *rest = conversation
    return [["user", f"{system.rstrip()}\n\n{user.lstrip()}"], *rest]


def main():
    found = []
    for name, family in TEMPLATES.items():
        template = environment().from_string(family["source"])
        texts = []
        for conversation in CONVERSATIONS:
            try:
                texts.append(rendered(template, family, conversation))
            except jinja2.exceptions.TemplateError:
                texts.append(rendered(template, family, folded(conversation)))
        found.append({"name": name, **family, "texts": texts})
    path = pathlib.Path(__file__).with_suffix(".json")
    file = {
        "origin": f"tests/reference/templates.py with jinja2 {importlib.metadata.version('jinja2')}",
        "today": TODAY.strftime("%Y-%m-%d"), "conversations": CONVERSATIONS, "families": found,
    }
    path.write_text(json.dumps(file, ensure_ascii=False, indent=1) + "\n")
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()

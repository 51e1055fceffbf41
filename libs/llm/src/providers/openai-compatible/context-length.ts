/** Messages and codes with which providers refuse a conversation that is too long for the model. */
const patterns: readonly RegExp[] = [
  // OpenAI, Azure, vLLM, DeepSeek, OpenRouter, Fireworks, SambaNova, Ollama
  /context[_ -]?(?:length|window|size|limit)|maximum context|model[_ ]context/i,
  // Anthropic, Ollama
  /prompt (?:is )?too long/i,
  // Amazon Bedrock, Text Generation Inference
  /inputs? (?:is|are)? ?too long/i,
  // Gemini: "The input token count (…) exceeds the maximum number of tokens allowed"
  /(?:input|prompt) token count\b.*exceeds/i,
  // OpenAI: "Input tokens exceed the configured limit"
  /input tokens exceed/i,
  // Groq, Cerebras
  /reduce the length of the (?:messages|prompt|input)/i,
  // Text Generation Inference, Together: "`inputs` tokens + `max_new_tokens` must be <= 4096"
  /inputs` tokens \+|`inputs` must have less than \d+ tokens/i,
  // llama.cpp
  /exceed_context_size/i,
  // LM Studio: "Trying to keep the first 5000 tokens when context the overflows"
  /tokens when (?:the )?context/i,
  // Cohere
  /too many tokens/i,
  // xAI: "This model's maximum prompt length is 131072"
  /maximum prompt length/i,
  // GitHub Copilot, GitHub Models
  /max_prompt_tokens_exceeded|tokens_limit_reached/i,
  // Moonshot: "Your request exceeded model token limit"
  /exceeded model token limit/i,
  // Zhipu: "Prompt exceeds max length". DashScope: "Range of input length should be [1, 30720]"
  /prompt exceeds max length|range of input length/i,
  // Mistral: "Prompt contains 40000 tokens and 0 draft tokens, too large for model"
  /prompt contains \d+ tokens/i,
]

/** Whether the text of an error reports a conversation that is too long for the model. */
export function isContextLength(text: string): boolean {
  return patterns.some((pattern) => pattern.test(text))
}

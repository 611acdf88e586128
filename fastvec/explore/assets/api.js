"use strict";

/** Put a question to the server; an error is one sentence for the reader. */
async function ask(question, parameters = {}) {
  let reply;
  try {
    reply = await fetch(`/api/${question}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(parameters),
    });
  } catch {
    throw new Error("the server does not answer; is fastvec explore still running?");
  }
  const answer = await reply.json();
  if (!reply.ok) throw new Error(answer.error);
  return answer;
}

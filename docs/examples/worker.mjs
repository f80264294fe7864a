// A worker with nothing but Node.js 22 or later: connects, prints each message, and acknowledges it.
//
//   KERNEL_URL=http://127.0.0.1:8080 AGENT_TOKEN=at_live_… node worker.mjs
//
// Node.js 20 needs --experimental-websocket. In a browser there is no way to send the token: it stays on servers.

const kernel = process.env.KERNEL_URL ?? "http://127.0.0.1:8080";
const url = kernel.replace(/^http/, "ws") + "/ws/agent?worker_id=worker-1";
const FOR_GOOD = {4002: "the same worker has connected elsewhere", 4401: "the token is not valid", 4403: "the token was revoked"};
let pause = 500;

function connect() {
  const socket = new WebSocket(url, {headers: {Authorization: `Bearer ${process.env.AGENT_TOKEN}`}});
  socket.addEventListener("message", ({data}) => {
    const frame = JSON.parse(data);
    if (frame.type === "hello") {
      pause = 500;
    } else if (frame.type === "message") {
      // Do the work here, so that twice does no harm: what is not acknowledged comes again.
      console.log(frame.message.from, frame.message.content);
      socket.send(JSON.stringify({type: "ack", message_ids: [frame.message.message_id]}));
    }
  });
  // Comes after every end, also when there was no connection at all.
  socket.addEventListener("close", ({code}) => {
    if (FOR_GOOD[code]) {
      console.error(FOR_GOOD[code]);
      process.exitCode = 1;
      return;
    }
    // A little longer each time, with some chance in it, so that not all come back at once.
    setTimeout(connect, pause * (0.5 + Math.random()));
    pause = Math.min(2 * pause, 30_000);
  });
  socket.addEventListener("error", () => {});
}

connect();

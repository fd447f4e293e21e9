// A person's client in JavaScript: walks through a conversation with another person, one line of output for each thing that
// came true. Usage: node conversation.mjs HOST PORT DOMAIN USER PEER, the password in the environment as PASSWORD.
import { client, xml } from "@xmpp/client";

const [host, port, domain, user, peer] = process.argv.slice(2);
const password = process.env.PASSWORD;
const LIMIT = 180_000;

process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
process.removeAllListeners("warning");
setTimeout(() => fail("not done after three minutes"), LIMIT).unref();

function fail(why) {
  console.log(`FAILED ${why}`);
  process.exit(1);
}

function done(what) {
  console.log(`OK ${what}`);
}

/** Resolves with the first stanza that the test wants; those that came before it are looked at too. */
function inbox(entity) {
  const waiting = new Set();
  const seen = [];
  entity.on("stanza", (stanza) => {
    seen.push(stanza);
    for (const look of waiting) look(stanza);
  });
  return (wanted) =>
    new Promise((resolve) => {
      const found = seen.find(wanted);
      if (found) return resolve(found);
      const look = (stanza) => {
        if (!wanted(stanza)) return;
        waiting.delete(look);
        resolve(stanza);
      };
      waiting.add(look);
    });
}

async function start(resource) {
  const entity = client({ service: `xmpp://${host}:${port}`, domain, resource, username: user, password });
  entity.reconnect.delay = 100;
  entity.on("error", (error) => {
    if (error.code !== "ECONNRESET") console.log(`(${resource}: ${error})`);
  });
  const first = inbox(entity);
  const address = await entity.start();
  return { entity, first, address };
}

const text = (body) => (stanza) => stanza.is("message") && stanza.getChildText("body") === body;

const a = await start("laptop");
done(`login ${a.address}`);

const { iqCaller } = a.entity;
const ROSTER = "jabber:iq:roster";
await iqCaller.set(xml("query", ROSTER, xml("item", { jid: peer, name: "The other one" }, xml("group", {}, "friends"))));
const roster = await iqCaller.get(xml("query", ROSTER));
const item = roster.getChildren("item").find((it) => it.attrs.jid === peer);
if (item?.attrs.name !== "The other one" || item.getChildText("group") !== "friends") fail(`roster ${roster}`);
done("roster");

await a.entity.send(xml("presence"));
await a.entity.send(xml("presence", { to: peer, type: "subscribe" }));
await a.first((stanza) => stanza.is("presence") && stanza.attrs.type === "subscribed" && stanza.attrs.from === peer);
const presence = await a.first(
  (stanza) => stanza.is("presence") && !stanza.attrs.type && stanza.attrs.from?.startsWith(`${peer}/`),
);
done(`subscription ${presence.attrs.from}`);

const b = await start("phone");
await b.entity.send(xml("presence"));
await b.entity.iqCaller.set(xml("enable", "urn:xmpp:carbons:2"));
const say = (to, body) => xml("message", { to, type: "chat" }, xml("body", {}, body));

await a.entity.send(say(peer, "hello"));
await a.first(text("you said: hello"));
done("message");

const carbon = await b.first(
  (stanza) => stanza.getChild("sent", "urn:xmpp:carbons:2") && `${stanza}`.includes("<body>hello</body>"),
);
if (carbon.attrs.from !== `${user}@${domain}`) fail(`carbon ${carbon}`);
done("carbon");

// The laptop stops reading; what the other one sends it meanwhile must come after the stream is resumed.
const resumed = new Promise((resolve) => a.entity.streamManagement.on("resumed", resolve));
const wire = a.entity.socket.socket; // below the library's own stream, TLS
wire.pause();
await b.entity.send(say(peer, `tell ${a.address}`));
await b.first(text("you said: told"));
wire.destroy();
await resumed;
await a.first(text("a secret"));
await a.entity.send(say(peer, "back again"));
await a.first(text("you said: back again"));
done("resumption");

await b.entity.stop();
await a.entity.stop();
done("end");
process.exit(0);

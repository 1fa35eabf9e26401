import assert from "node:assert/strict";
import { networkOf } from "../../../db/limits/network.ts";

Deno.test("`networkOf()` returns the /64 of any IPv6 spelling, and IPv4 unchanged", () => {
  for (
    const [address, network] of [
      ["192.0.2.7", "192.0.2.7"],
      ["::ffff:192.0.2.7", "192.0.2.7"],
      ["::FFFF:192.0.2.7", "192.0.2.7"],
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:0DB8:0001:2::", "2001:db8:1:2::/64"],
      ["2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"],
      ["2001:db8::1", "2001:db8:0:0::/64"],
      ["2001:db8::2:3:192.0.2.7", "2001:db8:0:0::/64"],
      ["1:2:3:4:5:6:192.0.2.7", "1:2:3:4::/64"],
      ["fe80::1%eth0", "fe80:0:0:0::/64"],
      ["::1", "0:0:0:0::/64"],
      ["::", "0:0:0:0::/64"],
      ["1:2:3:4:5:6:7::", "1:2:3:4::/64"],
      ["64:ff9b::192.0.2.7", "64:ff9b:0:0::/64"],
      ["unknown", "unknown"],
      ["", ""],
    ] as const
  ) assert.equal(networkOf(address), network, address);
});

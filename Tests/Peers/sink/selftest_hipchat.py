"""HipChat: what a room takes and what it refuses."""

import json

from .providers.hipchat import DEFAULT_TOKEN
from .selftest_support import SinkCase


class HipChatRooms(SinkCase):
    def post(self, token=DEFAULT_TOKEN, room="Releases", **changed):
        message = {"message": "<b>x</b> &amp;", "color": "green", "notify": False, **changed}
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        path = f"/v2/room/{room}/notification"
        status, body, _ = self.send(path, json.dumps(message).encode(), headers)
        return status, body and json.loads(body)["error"]

    def test_messages(self):
        self.assertEqual(self.post(), (204, b""))
        self.control("POST", "/_sink/hipchat", {"rooms": ["a/b c"]})
        self.assertEqual(self.post(room="a%2Fb%20c", message="<x>", message_format="text")[0], 204)
        held = self.control("GET", "/_sink/hipchat")["messages"]
        self.assertEqual([each["room"] for each in held], ["Releases", "a/b c"])
        self.assertEqual(held[0]["seen"]["words"], "x &")

    def test_refusals(self):
        self.assertEqual(self.post(token="wrong"), (401, {
            "code": 401, "message": "Invalid OAuth session", "type": "Unauthorized"}))
        self.assertEqual(self.post(room="Nobody")[0], 404)
        for changed in ({"message": ""}, {"message": "x" * 10001}, {"color": "pink"},
                        {"notify": "true"}, {"from": "f" * 65}, {"message_format": "xml"},
                        {"message": "<script>x</script>"}, {"message": "<b>x"}, {"colour": "red"}):
            self.assertEqual(self.post(**changed)[0], 400, changed)
        self.control("POST", "/_sink/hipchat", {"tokens": {DEFAULT_TOKEN: ["view_room"]}})
        self.assertEqual(self.post()[0], 403)
        self.assertEqual(self.control("GET", "/_sink/hipchat")["messages"], [])

"""Grafana: what it takes and what it refuses."""

import json

from .providers.grafana import DEFAULT_TOKEN
from .selftest_support import SinkCase


class GrafanaAnnotations(SinkCase):
    def post(self, token=DEFAULT_TOKEN, path="/api/annotations", **changed):
        annotation = {"time": 1800000000000, "timeEnd": 1800000001000, "tags": ["deployment"],
                      "text": "<b>x</b>", **changed}
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        status, body, _ = self.send(path, json.dumps(annotation).encode(), headers)
        return status, json.loads(body)

    def test_annotations(self):
        self.assertEqual(self.post(), (200, {"message": "Annotation added", "id": 1}))
        text = 'a &lt;b&gt;<br><a href="https://x/?a&amp;b">l</a>'
        self.assertEqual(self.post(path="/grafana/api/annotations", text=text)[1]["id"], 2)
        held = self.control("GET", "/_sink/grafana")["annotations"]
        self.assertEqual(held[1]["seen"], {"elements": ["a", "br"], "links": ["https://x/?a&b"],
                                           "words": "a <b>l"})

    def test_refusals(self):
        self.assertEqual(self.post(token="wrong")[0], 401)
        self.control("POST", "/_sink/grafana", {"tokens": {DEFAULT_TOKEN: "Viewer"}})
        self.assertEqual(self.post()[0], 403)
        self.control("POST", "/_sink/reset")
        for changed in ({"time": 1800000000}, {"timeEnd": 1799999999999}, {"text": ""},
                        {"tags": ["t" * 101]}, {"tags": ["t" * 99] * 5}, {"tag": []},
                        {"text": "<script>x</script>"}, {"text": "<b>x"}, {"text": "x</b>"}):
            self.assertEqual(self.post(**changed)[0], 400, changed)
        self.assertEqual(self.control("GET", "/_sink/grafana")["annotations"], [])

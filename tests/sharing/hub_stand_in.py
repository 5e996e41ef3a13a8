"""A stand-in of the Hugging Face Hub on 127.0.0.1: it answers the real client as the Hub does.

What it knows lives in memory. `python -m tests.sharing.hub_stand_in PORT` starts one to try things
by hand: then HF_ENDPOINT=http://127.0.0.1:PORT HF_HUB_DISABLE_XET=1 HF_TOKEN=hf_good.
"""

import base64
import hashlib
import json
import re
import sys
import threading
import time
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tests.sharing.in_client import GOOD_TOKEN

READER_TOKEN = "hf_reader"
LARGE = (".safetensors", ".gz", ".png")  # kept under their sha256, as LFS does


@dataclass
class Repo:
    private: bool
    commits: dict = field(default_factory=dict)  # commit -> {name: bytes}
    refs: dict = field(default_factory=dict)  # branch or tag -> commit

    def commit(self, files):
        oid = hashlib.sha1(f"{len(self.commits)}{sorted(files)}{id(self)}".encode()).hexdigest()
        self.commits[oid] = files
        self.refs["main"] = oid
        return oid

    def find(self, revision):
        return self.refs.get(revision, revision)


class HubStandIn:
    """The Hub's side of what mnist_cnn.sharing asks for; `fail` makes it fail."""

    def __init__(self):
        self.repos = {}  # (type, "USER/REPO") -> Repo
        self.stored = {}  # sha256 -> bytes that were uploaded
        self.requests = []  # (method, path), in order
        self.failures = []  # (pattern of "METHOD /path", answer: Request -> Response or None)
        self.app = FastAPI()
        self.app.middleware("http")(self._watch)
        self._routes()

    def fail(self, pattern, status=500, headers=None, body="", seconds=0):
        """Answer requests that match "METHOD /path" with a failure, after a while."""

        def answer(_):
            time.sleep(seconds)
            return Response(body, status, headers) if status else None

        self.failures.append((pattern, answer))

    def before(self, pattern, action):
        """Do something before a request that matches "METHOD /path" is answered as usual."""

        def answer(_):
            action()

        self.failures.append((pattern, answer))

    def reset(self):
        """Let everything succeed again, and forget what was asked."""
        self.failures.clear()
        self.requests.clear()

    def put(self, repo_id, files, repo_type="model"):
        """Commit {name: bytes} to a repository behind the client's back; None removes a name."""
        repo = self.repos.setdefault((repo_type, repo_id), Repo(private=False))
        old = repo.commits.get(repo.find("main"), {})
        new = {name: content for name, content in (old | files).items() if content is not None}
        return repo.commit(new)

    def start(self, port=0):
        """Serve in a thread; returns the address."""
        config = uvicorn.Config(self.app, "127.0.0.1", port, log_level="error", lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        return f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self):
        self.server.should_exit = True
        self.thread.join()

    async def _watch(self, request, call_next):
        line = f"{request.method} {request.url.path}"
        self.requests.append((request.method, request.url.path))
        for pattern, answer in self.failures:
            if re.fullmatch(pattern, line):
                # In a thread, so that other requests are answered meanwhile.
                from anyio.to_thread import run_sync

                if (response := await run_sync(answer, request)) is not None:
                    return response
        return await call_next(request)

    def _refuse(self, request, repo, write=False):
        """The Hub's own refusals, or None."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token and token not in (GOOD_TOKEN, READER_TOKEN):
            said = "Invalid credentials in Authorization header"
            return JSONResponse({"error": said}, 401, {"X-Error-Message": said})
        if not token and (write or repo is None or repo.private):
            said = "Invalid username or password."
            return JSONResponse({"error": said}, 401, {"X-Error-Message": said})
        if write and token == READER_TOKEN:
            said = "You don't have the rights to write here"
            return JSONResponse({"error": said}, 403, {"X-Error-Message": said})
        if repo is None:
            headers = {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"}
            return JSONResponse({"error": "Repository not found"}, 404, headers)

    def _routes(self):
        app = self.app

        @app.post("/api/repos/create")
        async def create(request: Request):
            asked = await request.json()
            repo_id, kind = f"{asked['organization']}/{asked['name']}", asked.get("type", "model")
            repo = self.repos.get((kind, repo_id))
            if refusal := self._refuse(request, repo or Repo(False), write=True):
                return refusal
            url = f"{request.base_url}{'spaces/' * (kind == 'space')}{repo_id}"
            if repo is not None:
                said = {"error": "You already created this repo", "url": url}
                return JSONResponse(said, 409)
            repo = self.repos[kind, repo_id] = Repo(asked.get("visibility") == "private")
            repo.commit({".gitattributes": b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n"})
            return {"url": url, "name": repo_id}

        @app.post("/api/validate-yaml")
        async def validate(request: Request):
            content = (await request.json())["content"]
            good = content.startswith("---\n") and "\n---\n" in content
            errors = [] if good else [{"message": "no metadata"}]
            return JSONResponse({"errors": errors, "warnings": []}, 200 if good else 400)

        @app.get("/api/{kind}s/{user}/{name}/refs")
        def refs(request: Request, kind: str, user: str, name: str):
            repo = self.repos.get((kind, f"{user}/{name}"))
            if refusal := self._refuse(request, repo):
                return refusal
            rows = [
                {"name": ref, "ref": f"refs/{ref}", "targetCommit": commit}
                for ref, commit in repo.refs.items()
            ]
            branches = [row for row in rows if row["name"] == "main"]
            tags = [row for row in rows if row["name"] != "main"]
            return {"branches": branches, "converts": [], "tags": tags}

        @app.get("/api/{kind}s/{user}/{name}")
        @app.get("/api/{kind}s/{user}/{name}/revision/{revision}")
        def info(request: Request, kind: str, user: str, name: str, revision: str = "main"):
            repo = self.repos.get((kind, f"{user}/{name}"))
            if refusal := self._refuse(request, repo):
                return refusal
            commit = repo.find(revision)
            if commit not in repo.commits:
                headers = {"X-Error-Code": "RevisionNotFound", "X-Error-Message": "Invalid rev id"}
                return JSONResponse({"error": f"Invalid rev id: {revision}"}, 404, headers)
            siblings = []
            for path, content in repo.commits[commit].items():
                row = {"rfilename": path, "size": len(content), "blobId": git_id(content)}
                if path.endswith(LARGE):
                    lfs = {"size": len(content), "sha256": sha256(content), "pointerSize": 132}
                    row |= {"lfs": lfs}
                siblings.append(row)
            repo_id = f"{user}/{name}"
            return {"id": repo_id, "sha": commit, "private": repo.private, "siblings": siblings}

        @app.post("/api/{kind}s/{user}/{name}/preupload/{revision}")
        async def preupload(request: Request, kind: str, user: str, name: str, revision: str):
            repo = self.repos.get((kind, f"{user}/{name}"))
            if refusal := self._refuse(request, repo, write=True):
                return refusal
            there = repo.commits[repo.find(revision)]
            rows = []
            for file in (await request.json())["files"]:
                path, large = file["path"], file["path"].endswith(LARGE)
                row = {"path": path, "uploadMode": "lfs" if large else "regular"}
                row |= {"shouldIgnore": False}
                if path in there:
                    row["oid"] = (sha256 if large else git_id)(there[path])
                rows.append(row)
            return {"files": rows}

        @app.post("/{user}/{name}.git/info/lfs/objects/batch")
        @app.post("/spaces/{user}/{name}.git/info/lfs/objects/batch")
        async def batch(request: Request, user: str, name: str):
            objects = []
            for asked in (await request.json())["objects"]:
                answer = {"oid": asked["oid"], "size": asked["size"]}
                if asked["oid"] not in self.stored:
                    answer["actions"] = {
                        "upload": {"href": f"{request.base_url}storage/{asked['oid']}"},
                        "verify": {"href": f"{request.base_url}verify"},
                    }
                objects.append(answer)
            return {"transfer": "basic", "objects": objects}

        @app.put("/storage/{oid}")
        async def store(request: Request, oid: str):
            content = await request.body()
            if sha256(content) != oid:
                return Response("not what was announced", 400)
            self.stored[oid] = content

        @app.post("/verify")
        async def verify(request: Request):
            asked = await request.json()
            good = len(self.stored.get(asked["oid"], b"")) == asked["size"]
            return JSONResponse({}, 200 if good else 404)

        @app.post("/api/{kind}s/{user}/{name}/commit/{revision}")
        async def commit(request: Request, kind: str, user: str, name: str, revision: str):
            repo = self.repos.get((kind, f"{user}/{name}"))
            if refusal := self._refuse(request, repo, write=True):
                return refusal
            files = dict(repo.commits[repo.find(revision)])
            for line in (await request.body()).splitlines():
                key, value = (item := json.loads(line))["key"], item["value"]
                if key == "header" and value.get("parentCommit") not in (None, repo.find(revision)):
                    return JSONResponse({"error": "a commit has happened since"}, 412)
                if key == "file":
                    files[value["path"]] = base64.b64decode(value["content"])
                elif key == "lfsFile":
                    files[value["path"]] = self.stored[value["oid"]]
                elif key == "deletedFile":
                    del files[value["path"]]
            oid = repo.commit(files)
            return {"commitOid": oid, "commitUrl": f"{request.base_url}{user}/{name}/commit/{oid}"}

        @app.post("/api/{kind}s/{user}/{name}/tag/{revision}")
        async def tag(request: Request, kind: str, user: str, name: str, revision: str):
            repo, tag = self.repos[kind, f"{user}/{name}"], (await request.json())["tag"]
            if refusal := self._refuse(request, repo, write=True):
                return refusal
            if tag in repo.refs:
                return JSONResponse({"error": "Tag exists"}, 409)
            repo.refs[tag] = repo.find(revision)

        @app.api_route("/{user}/{name}/resolve/{revision}/{path:path}", methods=["HEAD", "GET"])
        def resolve(request: Request, user: str, name: str, revision: str, path: str):
            repo = self.repos.get(("model", f"{user}/{name}"))
            if refusal := self._refuse(request, repo):
                return refusal
            commit = repo.find(revision)
            content = repo.commits.get(commit, {}).get(path)
            headers = {"X-Repo-Commit": commit}
            if content is None:
                headers |= {"X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found"}
                return Response(status_code=404, headers=headers)
            etag = sha256(content) if path.endswith(LARGE) else git_id(content)
            headers |= {"ETag": f'"{etag}"', "Content-Length": str(len(content))}
            body = content if request.method == "GET" else None
            return Response(body, headers=headers, media_type="application/octet-stream")


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def git_id(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


if __name__ == "__main__":
    hub = HubStandIn()
    print(hub.start(int(sys.argv[1])), flush=True)
    hub.thread.join()

"""A local nginx that serves a folder, and takes uploads into it by PUT."""
import grp
import os
import pwd
import signal
import socket
import subprocess

CONFIG = """
daemon off;
worker_processes 1;
user {user} {group};
error_log {folder}/error.log;
pid {folder}/nginx.pid;
events {{}}
http {{
  access_log off;
  client_max_body_size 0;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      root {folder}/files;
      dav_methods PUT;
    }}
  }}
}}
"""


class Nginx:
    def __init__(self, folder):
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        # nginx inherits the listening socket, so that the port is the system's choice, is never
        # free for anyone else, and takes connections from now on.
        listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = listener.getsockname()
        config = folder / "nginx.conf"
        config.write_text(CONFIG.format(
            folder=folder, port=self.port, user=pwd.getpwuid(os.geteuid()).pw_name,
            group=grp.getgrgid(os.getegid()).gr_name))
        self._process = subprocess.Popen(
            ["nginx", "-e", str(folder / "error.log"), "-c", str(config)], pass_fds=[listener.fileno()],
            env={**os.environ, "NGINX": f"{listener.fileno()};", "PATH": os.environ["PATH"] + ":/usr/sbin"})
        listener.close()

    def url(self, name):
        return f"http://{self.host}:{self.port}/{name}"

    def end(self):
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(15) == 0

# The values of all tests of this module. A test that needs another value sets it.
stage           = "dev"
allowed_origins = ["http://localhost:5173"]
redirect_uris   = ["http://localhost:8976/callback"]
log_days        = 7
dry_run         = true
protect_data    = false
throttle_rps    = 100
ntfy_url        = "https://ntfy.example.org/topic"

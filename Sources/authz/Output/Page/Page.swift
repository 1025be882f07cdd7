import AuthzCore

/// A page that is one file: it loads nothing and needs no script. Signatures of tokens are left out.
enum Page {
    /// - Parameter style: The rules of this kind of page, behind those of all.
    static func text(title: HTML, style: HTML, body: HTML) -> String {
        let page: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(title)</title>
            <style>
            \(PageStyle.common)
            \(style)
            </style>
            </head>
            <body>
            <main>
            \(body)
            </main>
            </body>
            </html>

            """
        return SignatureMask.hidingSignatures(in: page.markup)
    }
}
